import type { Command, Option } from 'commander';

/** An option as a shell completes it. @internal */
export interface KnownOption {
  /** `--state`, and `-s` when there is one. */
  readonly names: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  /** Empty: any value. */
  readonly choices: readonly string[];
}

/** A command as a shell completes it. @internal */
export interface KnownCommand {
  /** Words after the program's name; empty for the program. */
  readonly path: string;
  readonly subcommands: readonly { readonly name: string; readonly description: string }[];
  /** Its own and the global ones. */
  readonly options: readonly KnownOption[];
  /** Values of its first argument; empty: any. */
  readonly choices: readonly string[];
}

/** Every command of a program, parents before children. @internal */
export function commandTree(program: Command): KnownCommand[] {
  const help = program.createHelp();
  const global = program.options.map(knownOption);
  const visit = (command: Command, path: string): KnownCommand[] => {
    const inner = help.visibleCommands(command).filter((child) => child.name() !== 'help');
    const own = help.visibleOptions(command).map(knownOption);
    const node: KnownCommand = {
      path,
      subcommands: inner.map((child) => ({ name: child.name(), description: child.description() })),
      options: command === program ? own : [...own, ...global],
      choices: command.registeredArguments[0]?.argChoices ?? [],
    };
    return [node, ...inner.flatMap((child) => visit(child, `${path} ${child.name()}`.trim()))];
  };
  return visit(program, '');
}

const knownOption = ({ long, short, description, required, optional, argChoices }: Option): KnownOption => ({
  names: [long, short].filter((name) => name !== undefined && name !== null),
  description,
  takesValue: required || optional,
  choices: argChoices ?? [],
});

/** Names of all options that a value follows: the word after them is no command. @internal */
export const valueOptions = (tree: readonly KnownCommand[]): string[] => [
  ...new Set(
    tree.flatMap(({ options }) => options.filter(({ takesValue }) => takesValue).flatMap(({ names }) => names)),
  ),
];
