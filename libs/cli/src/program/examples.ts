import type { Command } from 'commander';

/** A command line worth copying, and what it does. @public */
export type Example = readonly [line: string, what: string];

const known = new WeakMap<Command, readonly Example[]>();

/** Adds examples to the end of a command's help; the reference shows them, too. @internal */
export function teach(command: Command, ...examples: Example[]): Command {
  known.set(command, examples);
  const shown = examples.map(([line, what]) => `  # ${what}\n  $ ${line}`).join('\n');
  return command.addHelpText('after', `\nExamples:\n${shown}`);
}

/** In the order of the help; empty when there are none. @public */
export const examplesOf = (command: Command): readonly Example[] => known.get(command) ?? [];
