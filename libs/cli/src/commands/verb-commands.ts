import {
  isStepVerb,
  OPERATOR_VERBS,
  VERBS,
  type OperatorCommand,
  type OperatorVerb,
  type VerbField,
  type VerbSpec,
} from '@tasker/core';
import type { Command } from 'commander';
import type { Call, Calls } from '../program/call';
import { teach } from '../program/examples';
import { addActOptions } from './act-options';
import { showReceipt } from './show-receipt';
import { fieldArgument, fieldOption } from './verb-field';
import { MANNERS } from './verb-manners';

type Fields = Readonly<Record<string, unknown>>;

/** A command for every verb of the table that the group is about. @internal */
export function addVerbCommands(group: Command, calls: Calls, place: 'task' | 'step'): void {
  for (const verb of OPERATOR_VERBS) {
    const { word, subject, permissionOnStep }: VerbSpec = VERBS[verb];
    const at = permissionOnStep === undefined ? subject : 'task';
    if (word !== undefined && at === place) addVerb(group, calls, verb, word);
  }
}

/** A command that acts on a task, or on one of its steps. @internal */
export function verbCommand(group: Command, word: string, verb: OperatorVerb): Command {
  const { summary, description } = VERBS[verb];
  const command = addActOptions(group.command(word).description(`${summary}. ${description}`));
  if (!isStepVerb(verb)) return command.argument('<id>', 'id of the task');
  return command.argument('<task-id>', 'id of the task').argument('<step>', 'name of the step');
}

/** Asks where the verb asks, acts, and shows what came of it. @internal */
export async function carryOut(call: Call, id: string, command: OperatorCommand): Promise<void> {
  const question = MANNERS[command.verb]?.question?.(id, 'step' in command ? command.step : '');
  if (question !== undefined) await call.confirm(question);
  showReceipt(await call.backend.act(id, command, call.act), call.output);
}

function addVerb(group: Command, calls: Calls, verb: OperatorVerb, word: string): void {
  const { fields, required }: VerbSpec = VERBS[verb];
  const command = verbCommand(group, word, verb);
  const optional = Object.keys(fields).filter((name) => !required.includes(name));
  for (const name of required) command.addArgument(fieldArgument(name, fields[name] as VerbField));
  for (const name of optional) command.addOption(fieldOption(name, fields[name] as VerbField));
  command.action(
    calls.action<[string, ...unknown[]], Fields>((call, id, ...typed) => {
      const names = [...(isStepVerb(verb) ? ['step'] : []), ...required];
      const given = [
        ...names.map((name, index) => [name, typed[index]] as const),
        ...optional.map((name) => [name, call.options[name]] as const),
      ];
      const taken = Object.fromEntries(given.filter(([, value]) => value !== undefined));
      return carryOut(call, id, { verb, ...taken } as OperatorCommand);
    }),
  );
  teach(command, ...(MANNERS[verb]?.examples ?? []));
}
