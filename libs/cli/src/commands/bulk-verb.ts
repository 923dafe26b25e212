import { OPERATOR_VERBS, type OperatorCommand, type OperatorVerb } from '@tasker/core';
import { Argument, Option, type Command } from 'commander';
import { CliFailure } from '../program/cli-failure';
import { integer, json, jsonObject } from '../program/values';

/** What verbs take beside the filter. @internal */
export interface VerbOptions {
  readonly onStep?: string;
  readonly step?: string;
  readonly running?: 'abort' | 'finish';
  readonly priority?: number;
  readonly force?: boolean;
  readonly inputs?: Record<string, unknown>;
  readonly result?: unknown;
}

/** What each verb may take, and what it must have. `edit` is left out: it has no business with many tasks. */
const FIELDS: Readonly<Partial<Record<OperatorVerb, readonly (keyof VerbOptions)[]>>> = {
  cancel: ['running'],
  retry: [],
  resolve: [],
  pause: ['running'],
  resume: [],
  set_priority: ['priority'],
  rerun: ['onStep', 'inputs'],
  retry_step: ['onStep'],
  cancel_step: ['onStep'],
  skip_step: ['onStep', 'force'],
  resolve_step: ['onStep', 'result'],
  edit_inputs: ['onStep', 'inputs'],
};
const REQUIRED: readonly (keyof VerbOptions)[] = ['priority'];

const VERBS = OPERATOR_VERBS.filter((verb) => verb in FIELDS);
const written = (verb: string): string => verb.replaceAll('_', '-');

/** Adds the verb, and what only some verbs take. @internal */
export function addVerbOptions(command: Command): Command {
  return command
    .addArgument(new Argument('<verb>', 'what to do').choices(VERBS.map(written)))
    .option('--on-step <name>', 'the step a verb on steps is about (default: the one of --step)')
    .addOption(
      new Option('--running <what>', 'cancel, pause: what happens to running steps').choices(['abort', 'finish']),
    )
    .addOption(new Option('--priority <number>', 'set-priority: -100 to 100').argParser(integer(-100, 100)))
    .option('--force', 'skip-step: also when the template does not call it skippable')
    .addOption(new Option('--inputs <json>', 'rerun, edit-inputs: fields of the context').argParser(jsonObject))
    .addOption(new Option('--result <json>', 'resolve-step: what dependents shall read').argParser(json));
}

/**
 * The command that was typed.
 *
 * @throws {CliFailure} when the verb takes something else
 * @internal
 */
export function commandOf(text: string, options: VerbOptions): OperatorCommand {
  const verb = text.replaceAll('-', '_') as OperatorVerb;
  const fields = FIELDS[verb] ?? [];
  const onStep = options.onStep ?? options.step;
  const given = { ...options, onStep };
  for (const name of ['onStep', 'running', 'priority', 'force', 'inputs', 'result'] as const) {
    if (options[name] !== undefined && !fields.includes(name))
      throw CliFailure.usage(`${text} does not take ${optionName(name)}.`);
  }
  if (fields.includes('onStep') && onStep === undefined)
    throw CliFailure.usage(`${text} needs a step.`, 'Pass --on-step, or --step to choose tasks by it as well.');
  const missing = REQUIRED.find((name) => fields.includes(name) && given[name] === undefined);
  if (missing !== undefined) throw CliFailure.usage(`${text} needs ${optionName(missing)}.`);
  const taken = fields
    .filter((name) => given[name] !== undefined)
    .map((name) => [name === 'onStep' ? 'step' : name, given[name]]);
  return { verb, ...Object.fromEntries(taken) } as OperatorCommand;
}

const optionName = (name: string): string => `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
