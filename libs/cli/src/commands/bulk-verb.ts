import {
  isStepVerb,
  OPERATOR_VERBS,
  VERBS,
  type OperatorCommand,
  type OperatorVerb,
  type VerbField,
  type VerbSpec,
} from '@tasker/core';
import { Argument, type Option, type Command } from 'commander';
import { CliFailure } from '../program/cli-failure';
import { describe, fieldOption } from './verb-field';

/** What was typed for the verb, beside the filter: its fields, and the step under a name of its own. @internal */
export type VerbOptions = Readonly<Record<string, unknown>> & { readonly onStep?: string; readonly step?: string };

/** All but the one that edits tags: it has no business with many tasks. */
const VERBS_OF_MANY = OPERATOR_VERBS.filter((verb) => verb !== 'edit');
/** `step` chooses tasks. */
const FIELDS = [...new Set(VERBS_OF_MANY.flatMap((verb) => Object.keys(VERBS[verb].fields)))];

const written = (verb: string): string => verb.replaceAll('_', '-');

/** Adds the verb, and what only some verbs take. @internal */
export function addVerbOptions(command: Command): Command {
  command
    .addArgument(new Argument('<verb>', 'what to do').choices(VERBS_OF_MANY.map(written)))
    .option('--on-step <name>', 'the step a verb on steps is about (default: the one of --step)');
  for (const name of FIELDS) command.addOption(optionOf(name));
  return command;
}

/**
 * The command that was typed.
 *
 * @throws {CliFailure} when the verb takes something else
 * @internal
 */
export function commandOf(text: string, options: VerbOptions): OperatorCommand {
  const verb = text.replaceAll('-', '_') as OperatorVerb;
  const { fields, required }: VerbSpec = VERBS[verb];
  const wrong = FIELDS.find((name) => options[name] !== undefined && !(name in fields));
  if (wrong !== undefined) throw CliFailure.usage(`${text} does not take --${wrong}.`);
  if (options.onStep !== undefined && !isStepVerb(verb)) throw CliFailure.usage(`${text} does not take --on-step.`);
  const step = isStepVerb(verb) ? (options.onStep ?? options.step) : undefined;
  if (isStepVerb(verb) && step === undefined)
    throw CliFailure.usage(`${text} needs a step.`, 'Pass --on-step, or --step to choose tasks by it as well.');
  const missing = required.find((name) => options[name] === undefined);
  if (missing !== undefined) throw CliFailure.usage(`${text} needs --${missing}.`);
  const taken = Object.keys(fields).flatMap((name) => (options[name] === undefined ? [] : [[name, options[name]]]));
  return { verb, ...(step !== undefined && { step }), ...Object.fromEntries(taken) } as OperatorCommand;
}

function optionOf(name: string): Option {
  const verbs = VERBS_OF_MANY.filter((verb) => name in VERBS[verb].fields);
  const field = (VERBS[verbs[0] as OperatorVerb] as VerbSpec).fields[name] as VerbField;
  // What is the default differs from verb to verb.
  const { default: _, ...plain } = field as VerbField & { readonly default?: string };
  return fieldOption(name, field, `${verbs.map(written).join(', ')}: ${describe(plain)}`);
}
