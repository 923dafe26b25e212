import type { JoinTouch, NextStep, QueuePlace, Rerun, SettledOutcome, SettlementBatch } from '@tasker/core';
import { bigints, booleans, integers, smallints, texts } from '../database/binary-array';
import { endCode } from './end-code';

/** A hundred years: a time that JavaScript, too, can write. */
const LONGEST_DELAY_MS = 100 * 365 * 86_400_000;

/**
 * Whose lease the call rests on, whether for lost workers, and the outcomes: ten parameters.
 *
 * @throws {RangeError} for a state in which no attempt may end
 */
export const outcomeParameters = (o: readonly SettledOutcome[], forLost: boolean): unknown[] => [
  integers([...new Set(o.map((x) => x.worker))]),
  forLost,
  integers(o.map((x) => x.worker)),
  bigints(o.map((x) => x.taskId)),
  smallints(o.map((x) => x.position)),
  integers(o.map((x) => x.attempt)),
  o.some((x) => x.granted) ? smallints(o.map((x) => (x.granted ? 1 : 0))) : null,
  smallints(o.map((x) => endCode(x.state))),
  texts(o.map((x) => x.result)),
  o.some((x) => x.error !== null) ? texts(o.map((x) => x.error)) : null,
];

/** Reruns and dependents with one parent: twelve parameters. */
export const nextParameters = ({ reruns, next }: SettlementBatch): unknown[] => [
  ...unlessNone(reruns, 6, () => [...places(reruns), bigints(reruns.map(delayOf))]),
  ...unlessNone(next, 6, () => [...places(next), workers(next)]),
];

/** Nine arrays of joins. */
export const joinArrays = (joins: readonly JoinTouch[]): Buffer[] => [
  ...[...places(joins), workers(joins), smallints(joins.map((x) => x.need))],
  ...[smallints(joins.map((x) => x.met)), booleans(joins.map((x) => x.blocked))],
];

/** Finished tasks and step counts: three parameters. */
export const endParameters = ({ finished, stepCounts }: SettlementBatch): unknown[] => [
  ...unlessNone(finished, 1, () => [bigints(finished)]),
  ...unlessNone(stepCounts, 2, () => [
    bigints(stepCounts.map((x) => x.taskId)),
    integers(stepCounts.map((x) => x.steps)),
  ]),
];

/** Null for each array of an empty list: the statement does not look at it. */
export const unlessNone = (list: readonly unknown[], arrays: number, make: () => Buffer[]): (Buffer | null)[] =>
  list.length > 0 ? make() : Array<null>(arrays).fill(null);

const places = (list: readonly QueuePlace[]): Buffer[] => [
  bigints(list.map((x) => x.taskId)),
  smallints(list.map((x) => x.position)),
  integers(list.map((x) => x.templateId)),
  integers(list.map((x) => x.lane)),
  smallints(list.map((x) => x.rank)),
];
const workers = (list: readonly NextStep[]): Buffer => integers(list.map((x) => x.worker));
const delayOf = ({ delayMs }: Rerun): string => String(Math.min(Math.trunc(delayMs), LONGEST_DELAY_MS));
