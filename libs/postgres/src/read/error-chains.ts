import type { StepFailure } from '@tasker/core';
import type { ErrorChain } from './graph-views';
import type { StepGraph } from './step-graph';
import type { StepRow } from './step-row';

/** The last failure of a step. @internal */
export interface LastFailure {
  readonly position: number;
  readonly error: StepFailure;
  readonly at: Date;
}

/**
 * Failed, cancelled and retrying steps with what they hold up, those that hold up most first.
 *
 * @internal
 */
export function errorChains(
  rows: readonly StepRow[],
  graph: StepGraph,
  failures: ReadonlyMap<number, LastFailure>,
): ErrorChain[] {
  return rows
    .flatMap((row): ErrorChain[] => {
      const { state } = row;
      if (state !== 'error' && state !== 'cancelled' && state !== 'waiting_for_retry') return [];
      const failure = failures.get(row.position);
      const blocks = graph.descendants(row.position).filter((after) => after.state === 'pending');
      return [
        {
          ...{ step: row.step, state, attempt: row.attempt, retryLimit: row.retryLimit },
          ...{ error: failure?.error ?? null, failedAt: failure?.at ?? null, nextRetryAt: row.dueAt },
          ...{ blocks: blocks.map(({ step }) => step), remedies: remedies(row, failure?.error) },
        },
      ];
    })
    .sort((a, b) => b.blocks.length - a.blocks.length);
}

function remedies({ state, attemptsLeft }: StepRow, error: StepFailure | undefined): ErrorChain['remedies'] {
  if (state === 'waiting_for_retry') {
    return [
      { verb: 'wait', why: `it is tried again by itself, ${attemptsLeft} more at most` },
      { verb: 'retry_step', why: 'runs it now' },
    ];
  }
  const byHand = [
    { verb: 'resolve_step', why: 'its work was done by hand: its dependents run, with the result you give' },
    { verb: 'skip_step', why: 'its work is not needed: its dependents run without a result' },
  ];
  if (state === 'cancelled') return [{ verb: 'rerun', why: 'runs it and everything after it' }];
  const again = { verb: 'retry_step', why: 'runs it again with a fresh budget of attempts' };
  if (error?.kind === 'permanent' || error?.kind === 'invalid_input' || error?.kind === 'invalid_result') {
    const inputs = {
      verb: 'edit_inputs',
      why: 'the failure is final for what it was given: give it other inputs, then retry',
    };
    return [inputs, ...byHand, { ...again, why: 'helps only after what made it fail was mended' }];
  }
  return [again, ...byHand];
}
