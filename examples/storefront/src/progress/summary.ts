import type { TaskDetail } from '@tasker/nestjs';
import type { ExpectedEnd } from '../orders/order-file';

/** An order that has ended. */
export interface EndedOrder {
  readonly task: TaskDetail;
  readonly expect: ExpectedEnd;
}

/** True when the task ended as the data file says. */
export const asExpected = ({ task, expect }: EndedOrder): boolean => task.state === expect;

/** The closing report: every order with its time, then the totals. */
export function summaryOf(orders: readonly EndedOrder[]): string {
  const tasks = orders.map(({ task }) => task);
  const steps = tasks.flatMap((task) => task.steps);
  const done = steps.filter(({ state }) => state === 'complete').length;
  const blocked = steps.filter((step) => step.blocked).length;
  const failed = steps.filter(({ state }) => state === 'error').length;
  const times = tasks.map(durationMs).sort((a, b) => a - b);
  return [
    '',
    'order     state      steps  retries    time  as expected',
    ...orders.map(orderLine),
    '',
    `tasks:    ${counted(tasks.map(({ state }) => state))}`,
    `steps:    ${done} complete, ${failed} failed, ${blocked} never ran because of it`,
    `retries:  ${tasks.reduce((sum, task) => sum + retriesOf(task), 0)}`,
    `per task: ${seconds(times[Math.floor(times.length / 2)] ?? 0)} median, ${seconds(times.at(-1) ?? 0)} longest`,
    '',
    verdict(orders),
  ].join('\n');
}

function orderLine(order: EndedOrder): string {
  const { task } = order;
  const done = task.steps.filter(({ state }) => state === 'complete' || state === 'skipped').length;
  return [
    task.correlationId.padEnd(8),
    task.state.padEnd(9),
    `${done}/${task.steps.length}`.padStart(6),
    String(retriesOf(task)).padStart(7),
    seconds(durationMs(task)).padStart(6),
    asExpected(order) ? 'yes' : `NO, expected ${order.expect}`,
    reasonOf(task),
  ]
    .join('  ')
    .trimEnd();
}

/** Code of the failure that ended it. */
function reasonOf({ steps }: TaskDetail): string {
  const failed = steps.find(({ state }) => state === 'error');
  return failed ? `(${failed.name}: ${failed.error?.code ?? failed.error?.message ?? 'unknown'})` : '';
}

function verdict(orders: readonly EndedOrder[]): string {
  const wrong = orders.filter((order) => !asExpected(order));
  if (wrong.length === 0) return `All ${orders.length} orders ended as expected.`;
  return `${wrong.length} of ${orders.length} orders did not end as expected: ${wrong.map(({ task }) => task.correlationId).join(', ')}.`;
}

const retriesOf = (task: TaskDetail): number =>
  task.steps.reduce((sum, { attempt }) => sum + Math.max(0, attempt - 1), 0);

const durationMs = ({ requestedAt, finishedAt }: TaskDetail): number =>
  (finishedAt ?? requestedAt).getTime() - requestedAt.getTime();

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

function counted(states: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const state of states) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${state}`).join(', ');
}
