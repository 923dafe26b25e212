import { isStepVerb, VERBS, type OperatorAct, type OperatorCommand, type VerbSpec } from '@tasker/core';
import { CliFailure } from '../../program/cli-failure';
import type { RestCall } from './rest-client';

/** Where a command goes, and how. @internal */
export interface VerbRoute {
  readonly path: string;
  readonly call: RestCall;
}

/** The call that carries a command out. The endpoint records the owner of the token as the actor. @internal */
export function verbRoute(taskId: string, command: OperatorCommand, { reason, ifVersion }: OperatorAct): VerbRoute {
  const task = `/tasks/${encodeURIComponent(taskId)}`;
  const headers = ifVersion === undefined ? {} : { 'If-Match': `"v${ifVersion}"` };
  const why = reason === undefined ? {} : { reason };
  const { verb, ...fields } = command;
  const to = (path: string, method: 'POST' | 'PATCH', body: object): VerbRoute => ({
    path,
    call: { method, body, headers },
  });
  const { word, permissionOnStep }: VerbSpec = VERBS[verb];
  if (word !== undefined && (!isStepVerb(verb) || permissionOnStep !== undefined))
    return to(`${task}/${word}`, 'POST', { ...fields, ...why });
  if (!('step' in command)) throw CliFailure.usage(`The endpoint has no route for ${verb}.`);
  const { step, ...rest } = fields as { step: string };
  const place = `${task}/workflow_steps/${encodeURIComponent(step)}`;
  return word === undefined
    ? to(place, 'PATCH', { ...rest, ...why })
    : to(`${place}/${word}`, 'POST', { ...rest, ...why });
}
