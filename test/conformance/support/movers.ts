import type { StepState, TaskState } from '@tasker/core';

/**
 * Which verb of the store makes a legal move; `operator` ones are made by verbs of operators, not of workers,
 * `branch` ones by settlements of graphs that branch. */
export type Mover = 'settle' | 'claim' | 'promote' | 'dependent' | 'operator' | 'branch';

const BY_HAND = { skipped: 'operator', cancelled: 'operator', resolved_manually: 'operator' } as const;
/** An operator runs it, or a step before it, again. */
const ANEW = { ready: 'operator', pending: 'operator' } as const;

/** A state or a move that is new in core's tables fails the tests until it is listed here. */
export const STEP_MOVERS: Record<StepState, Partial<Record<StepState, Mover>>> = {
  pending: { ...BY_HAND, ready: 'dependent', in_progress: 'dependent', not_taken: 'branch' },
  ready: { ...BY_HAND, in_progress: 'claim', pending: 'operator' },
  in_progress: {
    ...{ complete: 'settle', waiting_for_retry: 'settle', ready: 'settle', error: 'settle', skipped: 'settle' },
    ...{ waiting: 'settle', not_taken: 'settle' },
    ...{ pending: 'operator', cancelled: 'operator', resolved_manually: 'operator' },
  },
  waiting_for_retry: { ...BY_HAND, ready: 'promote', pending: 'operator' },
  waiting: { ...BY_HAND, ready: 'operator', in_progress: 'claim', pending: 'operator' },
  complete: ANEW,
  error: { ...BY_HAND, ...ANEW },
  skipped: ANEW,
  cancelled: ANEW,
  resolved_manually: ANEW,
  not_taken: ANEW,
};

export const TASK_MOVERS: Record<TaskState, Partial<Record<TaskState, Mover>>> = {
  pending: { in_progress: 'claim', error: 'settle', cancelled: 'operator', resolved_manually: 'operator' },
  in_progress: { complete: 'settle', error: 'settle', cancelled: 'operator', resolved_manually: 'operator' },
  complete: { in_progress: 'operator' },
  error: { in_progress: 'operator', resolved_manually: 'operator', cancelled: 'operator' },
  cancelled: {},
  resolved_manually: {},
};

/** Every ordered pair, those of a state with itself included. */
export const pairs = <S extends string>(states: readonly S[]): [S, S][] =>
  states.flatMap((from) => states.map((to): [S, S] => [from, to]));

/** The moves that a verb makes. */
export const moved = <S extends string>(movers: Record<S, Partial<Record<S, Mover>>>, by: Mover): [S, S][] =>
  pairs(Object.keys(movers) as S[]).filter(([from, to]) => movers[from][to] === by);
