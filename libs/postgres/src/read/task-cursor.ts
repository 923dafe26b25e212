import { isTaskId } from '@tasker/core';

/** Where a page ended: the time of its last task's request, epoch microseconds, and its id. @internal */
export interface TaskCursor {
  readonly at: string;
  readonly id: string;
}

/** A cursor as callers see it. @internal */
export const writeCursor = ({ at, id }: TaskCursor): string => `${at}-${id}`;

/** Undefined when nobody wrote it. @internal */
export function readCursor(cursor: unknown): TaskCursor | undefined {
  const [, at, id] = /^(-?\d{1,18})-(\d{1,19})$/.exec(typeof cursor === 'string' ? cursor : '') ?? [];
  return at !== undefined && isTaskId(id) ? { at, id } : undefined;
}
