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
  return at !== undefined && isStorable(Number(at)) && isTaskId(id) ? { at, id } : undefined;
}

/** From the year 1 to 9999, as everywhere: PostgreSQL's own clock ends somewhere, too. */
const isStorable = (micros: number): boolean => micros >= -62_135_596_800_000_000 && micros < 253_402_300_800_000_000;
