import type { BulkOperation, BulkPreview, BulkReason, BulkRefusal, RepeatedStep } from '@tasker/postgres';
import type { Wire } from '../backend/wire';
import type { Output } from '../output/output';
import type { Column } from '../output/table';
import { age } from '../output/times';

const REPEATS: readonly Column<RepeatedStep>[] = [
  {
    head: 'RUNS AGAIN',
    value: ({ namespace, task, version, step }) => `${namespace}.${task}@${version} ${step}`,
    flexible: true,
  },
  { head: 'TASKS', value: ({ count }) => count, align: 'right' },
  {
    head: 'IDEMPOTENT',
    value: ({ idempotent }) => (idempotent === null ? 'not said' : idempotent ? 'yes' : 'NO'),
    tone: ({ idempotent }) => (idempotent === true ? 'good' : 'warn'),
  },
];

const OPERATIONS: readonly Column<Wire<BulkOperation>>[] = [
  { head: 'ID', value: ({ id }) => id, align: 'right' },
  { head: 'VERB', value: ({ command }) => command.verb },
  { head: 'STATE', value: ({ state }) => state, tone: ({ state }) => TONES[state] },
  { head: 'TASKS', value: ({ matched }) => matched, align: 'right' },
  { head: 'CHANGED', value: ({ changed }) => changed, align: 'right' },
  { head: 'REFUSED', value: ({ refused, failed }) => refused + failed, align: 'right' },
  { head: 'ACTOR', value: ({ actor }) => actor, flexible: true },
  { head: 'AGE', value: ({ createdAt }) => age(createdAt), align: 'right' },
  { head: 'REASON', value: ({ reason }) => reason, flexible: true },
];

const TONES = { running: 'strong', complete: 'good', cancelled: 'dim', failed: 'bad' } as const;

/** What an operation would do. @internal */
export function showPreview(preview: BulkPreview, output: Output): void {
  const { matched, examined, changed, unchanged, refused, steps, repeats, reasons, samples } = preview;
  if (matched === 0) return output.line('No task matches.');
  const of = examined < matched ? ` (of ${examined} that were tried)` : '';
  output.line(
    `${matched} tasks match${of}: ${changed} would change, ${unchanged} are so already, ${refused} would be refused.`,
  );
  output.line(`${steps} steps would move.`);
  if (repeats.length > 0) output.table(REPEATS, repeats, '');
  showRefusals(reasons, samples, output);
}

/** How an operation stands. @internal */
export function showOperation(operation: Wire<BulkOperation>, output: Output): void {
  const { id, command, state, matched, changed, unchanged, refused, failed, reasons, samples, error } = operation;
  output.line(
    `Bulk operation ${id}, ${command.verb.replaceAll('_', ' ')}: ${state}${error === null ? '' : `: ${error}`}.`,
  );
  output.line(
    `${matched} tasks: ${changed} changed, ${unchanged} were so already, ${refused} refused, ${failed} failed.`,
  );
  showRefusals(reasons, samples, output);
}

/** One line for each. @internal */
export const showOperations = (operations: readonly Wire<BulkOperation>[], output: Output): void =>
  output.table(OPERATIONS, operations, 'There is no bulk operation.');

function showRefusals(reasons: readonly BulkReason[], samples: readonly BulkRefusal[], output: Output): void {
  for (const { code, state, count } of reasons)
    output.line(`  ${count} x ${code}${state === null ? '' : ` (${state})`}`);
  for (const { taskId, message } of samples.slice(0, 3)) output.line(`  task ${taskId}: ${message}`);
}
