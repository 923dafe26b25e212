import { FAILURE_KINDS, SHOWN_STEP_STATES, TASK_STATES } from '@tasker/core';
import { Model, type SchemaObject } from '../openapi/model';
import {
  flag,
  id,
  instant,
  integer,
  list,
  nullable,
  number,
  object,
  oneOf,
  sized,
  text,
} from '../openapi/schema-parts';

const place = {
  namespace: text('Namespace of the template.', { example: 'default' }),
  name: text('Name of the template.', { example: 'fulfil_order' }),
  version: text('Version of the template.', { example: '1.0.0' }),
};
const step = text('Name of the step.', { example: 'charge_payment' });

/** What every report can be narrowed by. @internal */
export const WINDOW_QUERY: Readonly<Record<string, SchemaObject>> = {
  namespace: text('Namespace of the template.', { ...sized('namespace'), example: 'default' }),
  name: text('Name of the template.', { ...sized('templateName'), example: 'fulfil_order' }),
  version: text('Version of the template.', sized('version')),
  since: instant('Start of the window; a day before its end when left out.', { example: '2026-01-31T00:00:00Z' }),
  until: instant('End of the window; now when left out.'),
};

/** @internal */
export const RANKED_QUERY: Readonly<Record<string, SchemaObject>> = {
  ...WINDOW_QUERY,
  limit: integer('How many.', { minimum: 1, maximum: 100, default: 10 }),
};

const PERCENTILES = new Model(
  'TaskerPercentiles',
  object('Durations, milliseconds; null when nothing was measured.', {
    count: integer('How many were measured.'),
    averageMs: nullable(number('Average.')),
    p50Ms: nullable(number('Median.')),
    p95Ms: nullable(number('95 of 100 were faster.')),
    p99Ms: nullable(number('99 of 100 were faster.')),
    maxMs: nullable(number('The slowest.')),
  }),
);

/** @internal */
export const PERFORMANCE = new Model(
  'TaskerPerformance',
  object('What happened in a window.', {
    since: instant('Start of the window.'),
    until: instant('End of the window.'),
    exact: flag('False: percentiles may be off by 2 %, because the window has very many attempts.'),
    groups: list(
      object('One group; what the grouping leaves out is null.', {
        namespace: nullable(place.namespace),
        name: nullable(place.name),
        version: nullable(place.version),
        step: nullable(step),
        tasks: integer('Tasks that ended.'),
        completedTasks: integer('Of those, complete.'),
        failedTasks: integer('Of those, in error.'),
        attempts: integer('Attempts that ended.'),
        completedAttempts: integer('Of those, complete.'),
        failedAttempts: integer('Of those, failed.'),
        taskDuration: nullable(PERCENTILES),
        stepDuration: PERCENTILES,
        stepWait: PERCENTILES,
      }),
      'Most attempts first.',
    ),
  }),
);

/** @internal */
export const BOTTLENECKS = new Model(
  'TaskerBottlenecks',
  object('Where the time of a window went.', {
    bottlenecks: list(
      object('A step of a template.', {
        ...{ ...place, step },
        attempts: integer('Attempts that ended.'),
        failedAttempts: integer('Of those, failed.'),
        totalMs: number('Time its attempts ran, milliseconds.'),
        p95Ms: nullable(number('95 of 100 attempts were faster, milliseconds.')),
        averageWaitMs: number('Average time in the queue, milliseconds.'),
        dependents: integer('Steps after it in the graph.'),
        share: number('Share of all running time of the window, 0 to 1.'),
        findings: list(text('A finding.'), 'What its figures say, worst first.'),
      }),
      'Most time first.',
    ),
  }),
);

/** @internal */
export const SLOWEST_STEPS = new Model(
  'TaskerSlowestSteps',
  object('Attempts that took longest.', {
    steps: list(
      object('An attempt.', {
        taskId: id('Its task.'),
        ...{ ...place, step },
        attempt: integer('Which attempt.'),
        state: oneOf(SHOWN_STEP_STATES, 'How it ended.'),
        durationMs: number('How long it ran, milliseconds.'),
        waitedMs: number('How long it was in the queue, milliseconds.'),
        startedAt: instant('Start.'),
        endedAt: instant('End.'),
        workerId: nullable(integer('Who ran it.')),
      }),
      'Longest first.',
    ),
  }),
);

/** @internal */
export const SLOWEST_TASKS = new Model(
  'TaskerSlowestTasks',
  object('Tasks that took longest.', {
    tasks: list(
      object('A task.', {
        taskId: id('The task.'),
        ...place,
        state: oneOf(TASK_STATES, 'How it ended.'),
        durationMs: number('Request to end, milliseconds.'),
        steps: integer('Steps.'),
        completedSteps: integer('Satisfied ones.'),
        failedSteps: integer('Failed ones.'),
        requestedAt: instant('When it was created.'),
        finishedAt: instant('When it ended.'),
        initiator: nullable(text('Who asked for it.')),
        sourceSystem: nullable(text('Where it was asked for.')),
      }),
      'Longest first.',
    ),
  }),
);

/** @internal */
export const FAILURE_GROUPS = new Model(
  'TaskerFailureGroups',
  object('Failed attempts gathered by cause.', {
    groups: list(
      object('Failures with the same cause.', {
        fingerprint: text('For the filter `errorFingerprint`.'),
        ...{ namespace: place.namespace, name: place.name, step },
        kind: oneOf(FAILURE_KINDS, 'What kind of failure it was.'),
        errorName: text('Class of the error.'),
        pattern: text('The message with numbers, ids and quoted text taken out.'),
        failures: integer('Failed attempts.'),
        tasks: integer('Tasks it happened in.'),
        openTasks: integer('Of those, tasks in which the step is in error now.'),
        firstAt: instant('First time.'),
        lastAt: instant('Last time.'),
        sampleTaskId: id('One of the tasks.'),
        sampleMessage: text('What was said there.'),
        versions: list(text('Version.'), 'Versions in which it happened.'),
      }),
      'Most failures first.',
    ),
  }),
);

const counts = (names: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(names).map(([name, description]) => [name, integer(description)]));

/** @internal */
export const HEALTH_COUNTS = new Model(
  'TaskerHealthCounts',
  object('How everything stands now.', {
    at: instant('When.'),
    exact: flag('False: `totalTasks` and `completeTasks` are estimates.'),
    oldestReadyMs: nullable(number('Age of the oldest step in the queue, milliseconds.')),
    ...counts({
      totalTasks: 'Tasks.',
      pendingTasks: 'Tasks that have not begun.',
      inProgressTasks: 'Tasks that run.',
      completeTasks: 'Complete tasks.',
      errorTasks: 'Tasks in error.',
      cancelledTasks: 'Cancelled tasks.',
      resolvedTasks: 'Tasks resolved by hand.',
      pausedTasks: 'Paused tasks.',
      readySteps: 'Queued steps.',
      inProgressSteps: 'Running steps.',
      waitingForRetrySteps: 'Steps that wait for a retry.',
      overdueSteps: 'Of those, due already.',
      parkedSteps: 'Steps held back by a pause.',
      errorSteps: 'Final failures of tasks in error.',
      exhaustedSteps: 'Of those, attempts spent.',
      unservedSteps: 'Ready steps that no live worker serves.',
      workers: 'Live workers.',
      drainingWorkers: 'Of those, draining.',
      lostWorkers: 'Workers whose steps were taken over.',
      capacity: 'Steps the live workers may run at once.',
      activeConnections: 'Connections to the database that run a statement.',
      maxConnections: 'Connections the database allows.',
    }),
  }),
);
