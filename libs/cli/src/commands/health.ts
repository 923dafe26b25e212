import type { Command } from 'commander';
import type { HealthStatus } from '../backend/backend-views';
import type { Output } from '../output/output';
import { duration } from '../output/times';
import type { Calls } from '../program/call';
import { teach } from '../program/examples';
import { EXIT_CODES } from '../program/exit-codes';

/** `health`. @internal */
export function addHealthCommand(program: Command, calls: Calls): void {
  const health = program
    .command('health')
    .description('Tell whether work gets done, and how all of it stands. Exit code 1: it does not; 4: nobody answers.');
  health.action(
    calls.action(async ({ backend, output }) => {
      const status = await backend.health();
      output.show(status, () => showHealth(status, output));
      return status.ready ? EXIT_CODES.ok : EXIT_CODES.failed;
    }),
  );
  teach(health, ['tasker health', 'the whole at a glance'], ['tasker health --json || page-somebody', 'in a monitor']);
}

function showHealth({ ready, problems, standing, trends }: HealthStatus, output: Output): void {
  output.raw(ready ? output.paint('ready', 'good') : output.paint('not ready', 'bad'));
  problems.forEach((problem) => output.line(`  - ${problem}`));
  output.facts({ ...(standing && standingFacts(standing)), ...(trends && trendFacts(trends)) });
}

function standingFacts({ tasks, steps, retries, queue, workers, database }: NonNullable<HealthStatus['standing']>) {
  const { pending, inProgress, complete, error, cancelled, resolvedManually, paused } = tasks;
  return {
    tasks:
      `${tasks.exact ? '' : 'about '}${tasks.total}: ${pending} pending, ${inProgress} in progress, ${complete} complete, ` +
      `${error} in error, ${cancelled} cancelled, ${resolvedManually} resolved by hand, ${paused} paused`,
    steps:
      `${steps.ready} ready, ${steps.inProgress} running, ${steps.waitingForRetry} waiting for a retry, ` +
      `${steps.parked} parked, ${steps.error} in error`,
    retries: `${retries.overdue} overdue, ${retries.exhausted} exhausted, ${retries.permanent} permanent`,
    queue: queue.oldestMs === null ? 'empty' : `its oldest step has waited ${duration(queue.oldestMs)}`,
    workers: `${workers.live} live, ${workers.draining} draining, ${workers.lost} lost, capacity ${workers.capacity}`,
    database: `${database.connections} of ${database.maxConnections} connections, ${database.activeConnections} active`,
  };
}

const trendFacts = (trends: NonNullable<HealthStatus['trends']>) => ({
  [`last ${duration(trends.windowMs)}`]:
    `${trends.tasksCreatedPerMinute} tasks/min created, ${trends.tasksEndedPerMinute} ended, ` +
    `${trends.attemptsEndedPerMinute} attempts/min`,
});
