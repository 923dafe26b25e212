import type { Schema } from '../openapi/model';
import { integer } from '../openapi/schema-parts';
import type { OperationSpec } from '../operation/operation-spec';
import { HISTORY } from '../schemas/step.schemas';
import { WAITED } from '../schemas/task.schemas';
import {
  CRITICAL_PATH,
  DIAGRAM,
  ERROR_CHAINS,
  EXECUTION_CONTEXT,
  EXPLANATION,
  LEVELS,
  PARALLELISM,
  READINESS,
} from '../schemas/view.schemas';

/** A way to look at a task: all differ in name and answer only. */
const view = (name: string, summary: string, schema: Schema, description?: string): OperationSpec => ({
  id: `tasks_${name.replaceAll('-', '_')}`,
  route: `GET :id/${name}`,
  permission: 'tasker.task:show',
  summary,
  ...(description === undefined ? {} : { description }),
  answers: { 200: { description: summary, schema } },
  errors: ['TSK_TASK_NOT_FOUND'],
});

/** @internal */
export const EXPLAIN = view(
  'explain',
  'Explain a task',
  EXPLANATION,
  'What ran, when, where and why it was tried again, what it waits for now, and what can be done.',
);
/** @internal */
export const SHOW_READINESS = view('readiness', 'Tell why every step stands where it stands', READINESS);
/** @internal */
export const SHOW_CONTEXT = view('context', 'Show a task in numbers', EXECUTION_CONTEXT);
/** @internal */
export const SHOW_DIAGRAM = view('diagram', 'Draw a task with the states of its steps', DIAGRAM);
/** @internal */
export const SHOW_HISTORY = view('history', 'List every change of state of a task and its steps', HISTORY);
/** @internal */
export const SHOW_CRITICAL_PATH = view('critical-path', 'Show the chain of steps that took longest', CRITICAL_PATH);
/** @internal */
export const SHOW_ERROR_CHAINS = view('error-chains', 'Show what failed and what it holds up', ERROR_CHAINS);
/** @internal */
export const SHOW_LEVELS = view('levels', 'Show the steps by their distance from the roots', LEVELS);
/** @internal */
export const SHOW_PARALLELISM = view('parallelism', 'Show how far steps run at the same time', PARALLELISM);

/** @internal */
export const WAIT: OperationSpec = {
  id: 'tasks_wait',
  route: 'GET :id/wait',
  permission: 'tasker.task:show',
  waits: true,
  summary: 'Wait for the end of a task',
  description: 'Answers when the task ends, or when the time is over, whichever is first.',
  query: {
    timeoutMs: integer('How long to wait, milliseconds. The application may allow less.', {
      ...{ minimum: 0, maximum: 300_000, default: 30_000 },
    }),
  },
  answers: { 200: { description: 'The task, finished or not.', schema: WAITED } },
  errors: ['TSK_TASK_NOT_FOUND'],
};
