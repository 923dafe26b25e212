// Generated from event-catalogue.ts by scripts/generate-event-docs.mjs.
import type { TaskerEventName } from './event-catalogue';

interface EventDescription {
  readonly description: string;
  /** Which of the common parts the payload has; none without it. */
  readonly base?: keyof typeof EVENT_BASES;
  readonly fields: Readonly<Record<string, string>>;
}

/** Fields of the common parts of payloads, with their types as text. */
const EVENT_BASES = {
  task: {
    taskId: 'string',
    namespace: 'string',
    task: 'string',
    version: 'string',
    correlationId: 'string',
    at: 'number',
  },
  step: {
    step: 'string',
    attempt: 'number',
    workerId: 'number | null',
    taskId: 'string',
    namespace: 'string',
    task: 'string',
    version: 'string',
    correlationId: 'string',
    at: 'number',
  },
} as const;

const DESCRIPTIONS: Readonly<Record<TaskerEventName, EventDescription>> = {
  'task.initialize_requested': { description: 'A task was created: (none) → pending.', base: 'task', fields: {} },
  'task.start_requested': {
    description: 'The first step of a task was taken: pending → in_progress.',
    base: 'task',
    fields: {},
  },
  'task.completed': {
    description: 'Every step is satisfied: in_progress → complete.',
    base: 'task',
    fields: {
      durationMs: 'number | null',
      steps:
        '{ readonly total: number; readonly completed: number; readonly failed: number; readonly pending: number; } | null',
    },
  },
  'task.failed': {
    description: 'Nothing can move any more: in_progress → error. The failure is the last one.',
    base: 'task',
    fields: {
      durationMs: 'number | null',
      steps:
        '{ readonly total: number; readonly completed: number; readonly failed: number; readonly pending: number; } | null',
      failure: 'TaskFailure | null',
    },
  },
  'task.cancelled': {
    description: 'An operator ended it: pending, in_progress or error → cancelled.',
    base: 'task',
    fields: { actor: 'string', reason: 'string | null' },
  },
  'task.resolved': {
    description: 'An operator declared it done: pending, in_progress or error → resolved_manually.',
    base: 'task',
    fields: { actor: 'string', reason: 'string | null' },
  },
  'task.reopened': {
    description: 'An operator runs failed or finished steps of it again: error or complete → in_progress.',
    base: 'task',
    fields: { actor: 'string', reason: 'string | null' },
  },
  'task.paused': {
    description: 'Nothing more of it is started until it is resumed.',
    base: 'task',
    fields: { actor: 'string', reason: 'string | null' },
  },
  'task.resumed': {
    description: 'It goes on where it was.',
    base: 'task',
    fields: { actor: 'string', reason: 'string | null' },
  },
  'task.edited': {
    description: 'An operator changed its priority, tags or reason.',
    base: 'task',
    fields: { actor: 'string', reason: 'string | null', priority: 'number' },
  },
  'task.annotated': {
    description: 'An operator added a remark of this type.',
    base: 'task',
    fields: { actor: 'string', reason: 'string | null', type: 'string' },
  },
  'step.ready': {
    description: 'A step waits in the queue: pending or waiting_for_retry → ready.',
    base: 'step',
    fields: {},
  },
  'step.execution_requested': {
    description: 'A worker took a step: ready → in_progress.',
    base: 'step',
    fields: { waitedMs: 'number' },
  },
  'step.completed': { description: 'in_progress → complete.', base: 'step', fields: { durationMs: 'number' } },
  'step.retry_requested': {
    description:
      'After `step.failed`, when there will be another attempt: in_progress → waiting_for_retry, or ready at once.',
    base: 'step',
    fields: { durationMs: 'number', error: 'StepFailure', delayMs: 'number' },
  },
  'step.failed': {
    description: 'An attempt failed. The last one leads to error; after the others comes `step.retry_requested`.',
    base: 'step',
    fields: { durationMs: 'number', error: 'StepFailure', final: 'boolean' },
  },
  'step.skipped': {
    description: "A step that the request or a branch leaves out; or an operator's act, which has an actor.",
    base: 'step',
    fields: {
      'actor?': 'string',
      'reason?': 'string | null',
      skipReason: '"condition" | "not_chosen" | "no_branch_taken" | "bypassed" | "operator" | "timeout"',
    },
  },
  'step.cancelled': {
    description: 'An operator ended it, alone or with its task: → cancelled.',
    base: 'step',
    fields: { actor: 'string', reason: 'string | null' },
  },
  'step.resolved': {
    description: 'An operator gave its result: → resolved_manually.',
    base: 'step',
    fields: { actor: 'string', reason: 'string | null' },
  },
  'step.reset': {
    description: 'An operator runs it again: → ready, or pending while its parents run again.',
    base: 'step',
    fields: { actor: 'string', reason: 'string | null' },
  },
  'step.inputs_edited': {
    description: 'An operator gave it other inputs.',
    base: 'step',
    fields: { actor: 'string', reason: 'string | null' },
  },
  'step.attempts_edited': {
    description: 'An operator gave it another number of attempts.',
    base: 'step',
    fields: { actor: 'string', reason: 'string | null', attempts: 'number' },
  },
  'step.aborted': {
    description:
      'An operator took a running step from its worker, and its abort signal fired; published by that worker.',
    base: 'step',
    fields: {},
  },
  'step.paused': {
    description: 'A step of a template is started nowhere any more.',
    fields: {
      namespace: 'string',
      task: 'string',
      version: 'string | null',
      step: 'string',
      at: 'number',
      actor: 'string',
      reason: 'string | null',
    },
  },
  'step.resumed': {
    description: 'A step of a template that was paused everywhere goes on.',
    fields: {
      namespace: 'string',
      task: 'string',
      version: 'string | null',
      step: 'string',
      at: 'number',
      actor: 'string',
      reason: 'string | null',
    },
  },
  'step.waiting': {
    description: 'A step waits without a worker, for a time, a signal or a decision: in_progress → waiting.',
    base: 'step',
    fields: {},
  },
  'step.released': {
    description: 'A stopping worker gave a step back without spending the attempt: in_progress → ready.',
    base: 'step',
    fields: {},
  },
  'step.outcome_dropped': {
    description:
      'An outcome came too late and was dropped: the step belongs to another attempt. Its time is that of its own start.',
    base: 'step',
    fields: {},
  },
  'signal.received': {
    description: 'A signal was sent to a task or a key; published by the process that sent it.',
    fields: {
      namespace: 'string | null',
      signal: 'string',
      taskId: 'string | null',
      key: 'string | null',
      id: 'string | null',
      outcome: '"delivered" | "kept" | "dropped" | "duplicate"',
      waits: 'number',
      at: 'number',
    },
  },
  'approval.decided': {
    description: 'A person approved or rejected.',
    fields: {
      approvalId: 'string',
      taskId: 'string',
      namespace: 'string',
      task: 'string',
      step: 'string',
      at: 'number',
      actor: 'string',
      decision: '"approved" | "rejected"',
    },
  },
  'approval.delegated': {
    description: 'A person asked others to decide instead.',
    fields: {
      approvalId: 'string',
      taskId: 'string',
      namespace: 'string',
      task: 'string',
      step: 'string',
      at: 'number',
      actor: 'string',
      assignees: 'readonly string[]',
    },
  },
  'engine.settled': {
    description: 'A settlement has committed: how many outcomes it recorded, and how long the database took.',
    fields: { workerId: 'number', outcomes: 'number', durationMs: 'number', at: 'number' },
  },
  'worker.lost': {
    description: 'A worker died; its steps were given to others.',
    fields: { workerId: 'number', steps: 'number', at: 'number' },
  },
  custom: {
    description: 'An event of the application, declared by a template or a step.',
    base: 'step',
    fields: { event: 'string', payload: 'Record<string, unknown>' },
  },
};

/** When an event is published, and the type of each field of its payload, as text. @public */
export function describeEvent(name: TaskerEventName): {
  readonly description: string;
  readonly payload: Readonly<Record<string, string>>;
} {
  const { description, base, fields } = DESCRIPTIONS[name];
  return { description, payload: { ...(base && EVENT_BASES[base]), ...fields } };
}
