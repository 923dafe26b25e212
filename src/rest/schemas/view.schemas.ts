import { OPERATOR_VERBS, SHOWN_STEP_STATES, SKIP_REASONS, TASK_STATES } from '@tasker/core';
import { Model } from '../openapi/model';
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
  record,
  text,
} from '../openapi/schema-parts';
import { FAILURE, WAITING_FOR } from './step.schemas';
import { TASK_SUMMARY } from './task.schemas';

const step = (description = 'Name of the step.') => text(description, { example: 'charge_payment' });
const stepState = oneOf(SHOWN_STEP_STATES, 'Where it stands.');
const verb = oneOf(OPERATOR_VERBS, 'A verb.');

const REASON_CODES = [
  ...['finished', 'running', 'backing_off', 'waiting', 'waits_for_parents', 'blocked', 'task_ended'],
  ...['paused_task', 'paused_step', 'no_live_worker', 'queued'],
];

/** One object for all reasons: which properties are there depends on the code. */
const WAIT_REASON = object(
  'Why it is not running, as data.',
  {
    code: oneOf(REASON_CODES, 'Kind of reason.', { example: 'queued' }),
    skipReason: oneOf(SKIP_REASONS, '`finished`: why it is skipped, if it is.'),
    decided: record('`finished`: what decided that a branch left it out.'),
    for: WAITING_FOR,
    worker: text('`running`: name of the worker.'),
    workerId: integer('`running`: its id.'),
    host: text('`running`: where it is.'),
    since: instant('`running`: since when.'),
    until: instant('`backing_off`: until when; in the past: it is due.'),
    parents: list(step(), '`waits_for_parents`: steps that are not satisfied yet.'),
    by: list(step(), '`blocked`: failed or cancelled ancestors.'),
    handler: text('`no_live_worker`: the handler nobody has.'),
    queue: text('`no_live_worker`: the queue nobody serves.'),
    ahead: integer('`queued`: steps of the same lane before it.'),
    capped: flag('`queued`: there may be more.'),
    workers: integer('`queued`: workers that serve the lane.'),
  },
  {
    optional: [
      ...['skipReason', 'decided', 'for', 'worker', 'workerId', 'host', 'since', 'until', 'parents'],
      ...['by', 'handler', 'queue', 'ahead', 'capped', 'workers'],
    ],
  },
);

const READINESS_ENTRY = new Model(
  'TaskerStepReadiness',
  object('How one step of a task stands.', {
    ...{ step: step(), state: stepState },
    ready: flag('Parents satisfied and due, and not started.'),
    reason: WAIT_REASON,
    why: text('The reason as a sentence.', { example: 'Waits for reserve_stock.' }),
    attempt: integer('Attempts begun.'),
    retryLimit: integer('Attempts in total.'),
    attemptsLeft: integer('Attempts left before a failure is final.'),
    parents: integer('Steps it depends on.'),
    satisfiedParents: integer('Of those, how many are satisfied.'),
    lastFailedAt: nullable(instant('When its last attempt failed.')),
  }),
);

/** @internal */
export const READINESS = new Model(
  'TaskerReadiness',
  object('Why every step of a task stands where it stands.', {
    steps: list(READINESS_ENTRY, 'In the order of the template.'),
  }),
);

const STATUSES = [
  ...['finished', 'paused', 'has_ready_steps', 'processing', 'waiting_for_retry', 'waiting'],
  ...['no_live_worker', 'blocked_by_failures', 'all_complete', 'waiting_for_dependencies'],
];
const ACTIONS = [
  ...['none', 'resume_task', 'execute_ready_steps', 'wait_for_completion', 'wait_for_retry', 'wait'],
  ...['start_worker', 'handle_failures', 'finalize_task', 'wait_for_dependencies'],
];

/** @internal */
export const EXECUTION_CONTEXT = new Model(
  'TaskerExecutionContext',
  object('A task in numbers.', {
    taskId: id('The task.'),
    state: oneOf(TASK_STATES, 'Where it stands.'),
    totalSteps: integer('Steps.'),
    pendingSteps: integer('Waiting for parents, blocked ones included.'),
    readySteps: integer('In the queue.'),
    inProgressSteps: integer('Running.'),
    waitingForRetrySteps: integer('Failed and due later.'),
    waitingSteps: integer('Waiting without a worker: for a time, a signal, a decision or other tasks.'),
    completedSteps: integer('Complete, skipped or resolved by hand.'),
    failedSteps: integer('Failed for good.'),
    cancelledSteps: integer('Cancelled.'),
    blockedSteps: integer('Can never run unless somebody acts.'),
    unservedSteps: integer('Ready, and no live worker serves them.'),
    executionStatus: oneOf(STATUSES, 'What the task is doing.'),
    recommendedAction: oneOf(ACTIONS, 'What to do about it.'),
    completionPercentage: number('Satisfied steps by all steps.'),
    healthStatus: oneOf(['healthy', 'recovering', 'blocked', 'unknown'], 'How well it goes.'),
  }),
);

const STORY_KINDS = [
  ...['created', 'started', 'attempt_started', 'attempt_completed', 'attempt_failed', 'attempt_released'],
  ...['step_skipped', 'step_waiting', 'step_admitted', 'operator', 'annotated', 'task_ended', 'task_reopened'],
];

/** @internal */
export const EXPLANATION = new Model(
  'TaskerExplanation',
  object('A task explained: what happened, what it waits for, what can be done.', {
    task: TASK_SUMMARY,
    summary: text('The whole in one sentence.'),
    story: list(
      object('One thing that happened.', {
        at: instant('When.'),
        kind: oneOf(STORY_KINDS, 'What kind of thing.'),
        text: text('What happened, as a sentence.'),
        step: nullable(step('Null: the task as a whole.')),
        attempt: nullable(integer('Which attempt.')),
        worker: nullable(text('Name of the worker.')),
        host: nullable(text('Host of the worker.')),
        actor: nullable(text('Who did it.')),
        reason: nullable(text('Why.')),
        error: nullable(FAILURE),
        durationMs: nullable(number('How long it took, milliseconds.')),
      }),
      'In the order in which it happened, the newest 5,000 things.',
    ),
    earlier: flag('The story began earlier: the history has all of it.', { example: false }),
    waiting: list(READINESS_ENTRY, 'Steps that have not ended.'),
    context: EXECUTION_CONTEXT,
    legal: object('Verbs that would not be refused now.', {
      task: list(verb, 'On the task.'),
      steps: list(
        object('On a step.', { step: step(), state: stepState, verbs: list(verb, 'Legal verbs.') }),
        'On its steps.',
      ),
    }),
  }),
);

/** @internal */
export const LEVELS = new Model(
  'TaskerDependencyLevels',
  object('Steps by their distance from the roots.', {
    levels: list(
      object('Steps of the same distance.', {
        level: integer('Longest way from a root, in steps; 0: roots.'),
        steps: list(object('A step.', { step: step(), state: stepState }), 'In the order of the template.'),
      }),
      'Roots first.',
    ),
  }),
);

/** @internal */
export const CRITICAL_PATH = new Model(
  'TaskerCriticalPath',
  object('The chain of dependent steps that took longest.', {
    steps: list(
      object('A step of the path.', {
        ...{ step: step(), state: stepState },
        durationMs: number('First start to end, or to now, milliseconds.'),
        waitedMs: number('In the queue before the first attempt, milliseconds.'),
      }),
      'From a root to the last step.',
    ),
    durationMs: number('Sum over the path, milliseconds.'),
    elapsedMs: number('From the request to the end of the task, or to now, milliseconds.'),
  }),
);

/** @internal */
export const ERROR_CHAINS = new Model(
  'TaskerErrorChains',
  object('What failed, and what each failure holds up.', {
    chains: list(
      object('A failed step.', {
        step: step(),
        state: oneOf(['error', 'cancelled', 'waiting_for_retry'], 'How it stands.'),
        attempt: integer('Attempts begun.'),
        retryLimit: integer('Attempts in total.'),
        error: nullable(FAILURE),
        failedAt: nullable(instant('When.')),
        nextRetryAt: nullable(instant('Null: it is not tried again by itself.')),
        blocks: list(step(), 'Every step after it that cannot run because of it.'),
        remedies: list(
          object('What helps.', { verb: text('A verb.'), why: text('What it would do.') }),
          'Most fitting first.',
        ),
      }),
      'What holds up most first.',
    ),
  }),
);

/** @internal */
export const BLAST_RADIUS = new Model(
  'TaskerBlastRadius',
  object('What depends on a step.', {
    step: step(),
    direct: list(step(), 'Steps that depend on it directly.'),
    all: list(
      object('A step after it.', { step: step(), state: stepState, level: integer('Its distance from the roots.') }),
      'Every step after it.',
    ),
    unfinished: integer('Of those, how many have not finished.'),
    share: number('Share of the steps of the task, 0 to 1.'),
    siblings: list(step(), 'Steps that wait for exactly the same steps as this one.'),
  }),
);

/** @internal */
export const PARALLELISM = new Model(
  'TaskerParallelism',
  object('How far the steps of a task run at the same time.', {
    totalSteps: integer('Steps.'),
    levels: list(
      object('A level in numbers.', {
        level: integer('Distance from the roots.'),
        steps: integer('Steps.'),
        ready: integer('Ready.'),
        running: integer('Running.'),
        blocked: integer('Blocked.'),
        failed: integer('Failed.'),
        satisfied: integer('Satisfied.'),
      }),
      'Roots first.',
    ),
    widestLevel: integer('Steps of the widest level.'),
    running: integer('Steps that run now.'),
    peakRunning: integer('Most steps that ever ran at once.'),
    averageRunning: nullable(number('Running time of all steps by the time in which any ran.')),
  }),
);

/** @internal */
export const DIAGRAM = new Model(
  'TaskerDiagram',
  object('A graph as text.', {
    format: oneOf(['mermaid'], 'Notation.'),
    diagram: text('The graph in that notation.', {
      example: 'flowchart TD\n  s0["validate_order"] --> s1["charge_payment"]',
    }),
  }),
);
