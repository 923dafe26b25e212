import type { Creation } from '../../tasks/task-creator';
import { errorBody, type ErrorBody } from '../http/error-body';

type BatchEntry = { readonly index: number } & (
  { readonly taskId: string; readonly duplicate: boolean } | { readonly error: ErrorBody }
);

/** What became of a batch. @internal */
export interface BatchAnswer {
  readonly created: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly tasks: readonly BatchEntry[];
}

/** Answers for every task of a batch, in its order. @internal */
export function batchAnswer(creations: readonly Creation[], correlationId: string): BatchAnswer {
  const tasks = creations.map((creation, index): BatchEntry => {
    if ('refusal' in creation) return { index, error: errorBody(creation.refusal, correlationId) };
    const { taskId, duplicate } = creation;
    return { index, taskId, duplicate };
  });
  const refused = tasks.filter((entry) => 'error' in entry).length;
  const duplicates = tasks.filter((entry) => 'duplicate' in entry && entry.duplicate).length;
  return { created: tasks.length - refused - duplicates, duplicates, refused, tasks };
}
