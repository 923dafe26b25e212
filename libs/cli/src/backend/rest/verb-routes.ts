import type { OperatorAct, OperatorCommand } from '@tasker/core';
import { CliFailure } from '../../program/cli-failure';
import type { RestCall } from './rest-client';

/** Where a command goes, and how. @internal */
export interface VerbRoute {
  readonly path: string;
  readonly call: RestCall;
}

/** The last word of the path of each verb over a task; of one over a step, below the step. */
const TASK_WORDS = {
  cancel: 'cancel',
  retry: 'retry',
  resolve: 'resolve',
  pause: 'pause',
  resume: 'resume',
  set_priority: 'priority',
  rerun: 'rerun',
} as const;
const STEP_WORDS = { retry_step: 'retry', cancel_step: 'cancel', skip_step: 'skip', resolve_step: 'resolve' } as const;

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
  if (verb in TASK_WORDS)
    return to(`${task}/${TASK_WORDS[verb as keyof typeof TASK_WORDS]}`, 'POST', { ...fields, ...why });
  if (!('step' in command)) throw CliFailure.usage(`The endpoint has no route for ${verb}.`);
  const { step, ...rest } = fields as { step: string };
  const place = `${task}/workflow_steps/${encodeURIComponent(step)}`;
  if (verb === 'edit_inputs') return to(place, 'PATCH', { ...rest, ...why });
  return to(`${place}/${STEP_WORDS[verb as keyof typeof STEP_WORDS]}`, 'POST', { ...rest, ...why });
}
