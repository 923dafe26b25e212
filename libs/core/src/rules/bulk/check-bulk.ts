import { TaskerError, type Fault } from '../../errors/tasker-error';
import { checkCommand, type CommandLimits } from '../operator/check-command';
import { taskFilterFaults } from '../filter/check-task-filter';
import type { OperatorAct, OperatorCommand } from '../operator/operator-command';
import type { TaskFilter } from '../filter/task-filter';

const DEFAULT_RATE = 500;
const MAX_RATE = 100_000;
const MIN_RATE = 0.1;
const DEFAULT_BATCH = 100;
/** Each task of a batch takes a place in PostgreSQL's table of locks. */
const MAX_BATCH = 500;

/** How fast a bulk operation goes. @public */
export interface BulkOptions {
  /** Most tasks per second, 0.1 to 100,000; null: as fast as it goes. Default 500. */
  readonly rate?: number | null;
  /** Most tasks changed in one transaction, 1 to 500. Default 100. */
  readonly batchSize?: number;
}

/** What to do to whom, checked. @public */
export interface NewBulkOperation {
  readonly command: OperatorCommand;
  readonly filter: TaskFilter;
  readonly actor: string;
  readonly reason: string | null;
  readonly rate: number | null;
  readonly batchSize: number;
}

/**
 * Checks everything a bulk operation is started with.
 *
 * @throws {TaskerError} TSK_REQUEST_INVALID with every fault of filter, command or options
 * @public
 */
export function checkBulk(
  filter: TaskFilter,
  command: OperatorCommand,
  act: OperatorAct,
  { rate = DEFAULT_RATE, batchSize = DEFAULT_BATCH }: BulkOptions = {},
  limits?: CommandLimits,
): NewBulkOperation {
  checkCommand(command, act, limits);
  const faults: Fault[] = filterFaults(filter);
  if (act.ifVersion !== undefined) {
    faults.push({ path: 'ifVersion', message: 'is about one task: a bulk operation cannot have it' });
  }
  if (rate !== null && !(typeof rate === 'number' && rate >= MIN_RATE && rate <= MAX_RATE)) {
    faults.push({ path: 'rate', message: `must be a number from ${MIN_RATE} to ${MAX_RATE}, or null` });
  }
  if (!Number.isInteger(batchSize) || batchSize < 1 || batchSize > MAX_BATCH) {
    faults.push({ path: 'batchSize', message: `must be an integer from 1 to ${MAX_BATCH}` });
  }
  if (faults.length > 0) {
    throw new TaskerError('TSK_REQUEST_INVALID', 'The bulk operation is invalid.', { details: faults });
  }
  return { command, filter, actor: act.actor, reason: act.reason ?? null, rate, batchSize };
}

/** An empty filter, which means all tasks, is more often a mistake than meant. */
function filterFaults(filter: TaskFilter): Fault[] {
  const faults = taskFilterFaults(filter).map(({ path, message }) => ({ path: `filter.${path}`, message }));
  if (Object.values(filter).every((value) => value === undefined)) {
    faults.push({ path: 'filter', message: 'must narrow: to mean all tasks, give every state' });
  }
  return faults;
}
