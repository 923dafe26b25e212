import type { OperatorReceipt, OperatorStepChange } from '@tasker/core';
import type { Output } from '../output/output';
import type { Column } from '../output/table';
import { toneOf } from '../output/tones';

const CHANGES: readonly Column<OperatorStepChange>[] = [
  { head: 'STEP', value: ({ step }) => step, flexible: true },
  { head: 'FROM', value: ({ from }) => from, tone: ({ from }) => toneOf(from) },
  {
    head: 'TO',
    value: ({ to, skipReason }) => (skipReason === undefined ? to : `${to} (${skipReason.replaceAll('_', ' ')})`),
    tone: ({ to }) => toneOf(to),
  },
];

/** What an act has changed. @internal */
export function showReceipt(receipt: OperatorReceipt, output: Output): void {
  output.show(receipt, () => {
    const { taskId, verb, changed, state, hold, priority, steps, aborted } = receipt;
    const done = changed ? 'done' : 'nothing to do, it was so already';
    output.line(
      `${verb.replaceAll('_', ' ')}: ${done}. Task ${taskId} is ${hold ? 'paused, ' : ''}${state}, priority ${priority}.`,
    );
    if (steps.length > 0) output.table(CHANGES, steps, '');
    if (aborted.length > 0) output.line(`Taken from their workers: ${aborted.join(', ')}.`);
  });
}
