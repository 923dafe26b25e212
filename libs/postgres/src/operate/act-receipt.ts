import {
  shownState,
  stepAt,
  taskStateOf,
  type OperatorCommand,
  type OperatorReceipt,
  type OperatorStepChange,
  type StandingTask,
  type StepState,
  type TaskPlan,
} from '@tasker/core';
import type { AppliedRow, DecidedTask } from './apply-acts';

/** What an act changed, by position. */
export function receiptOf(
  plan: TaskPlan,
  { task, act }: DecidedTask,
  command: OperatorCommand,
  row: AppliedRow,
): OperatorReceipt {
  const name = (position: number): string => stepAt(plan, position)?.name ?? String(position);
  const changes = new Map<number, OperatorStepChange>();
  for (const { position, from, to } of act.moves)
    if (from !== to) changes.set(position, { step: name(position), from: shownState(from), ...arrived(to) });
  for (const position of row.ready_position ?? []) {
    const from = task.steps[position] ?? 'pending';
    if (from !== 'ready') changes.set(position, { step: name(position), from: shownState(from), to: 'ready' });
  }
  for (const position of row.left_position ?? []) {
    const from = changes.get(position)?.from ?? shownState(task.steps[position] ?? 'pending');
    changes.set(position, { step: name(position), from, to: 'skipped', skipReason: 'no_branch_taken' });
  }
  const aborted = act.moves.filter(({ from, to }) => from === 'in_progress' && to !== 'in_progress');
  return {
    ...{ taskId: task.taskId, verb: command.verb, changed: true, state: taskStateOf(row.state), hold: row.hold },
    ...{ priority: row.priority, lockVersion: row.lock_version, at: Number(row.at_ms) },
    steps: [...changes].sort(([one], [other]) => one - other).map(([, change]) => change),
    aborted: aborted.map(({ position }) => name(position)),
  };
}

/** Where a step goes, as people read it: what a choice leaves out is skipped, too. */
function arrived(to: StepState): Pick<OperatorStepChange, 'to' | 'skipReason'> {
  if (to === 'skipped') return { to, skipReason: 'operator' };
  return to === 'not_taken' ? { to: 'skipped', skipReason: 'not_chosen' } : { to };
}

/** It was so already. */
export const unchanged = (task: StandingTask, command: OperatorCommand, at: number): OperatorReceipt => ({
  ...{ taskId: task.taskId, verb: command.verb, changed: false, state: task.state, hold: task.hold },
  ...{ priority: task.priority, lockVersion: task.lockVersion, steps: [], aborted: [], at },
});
