import { WORDING, type JsonSchema } from '../../data/json-schema';
import { LIST_LIMITS, TEXT_LIMITS } from '../request/field-limits';

/** A hundred years. */
const LONGEST_MS = 100 * 365 * 86_400_000;

const waitMs = { type: 'number', minimum: 0, maximum: LONGEST_MS };
const expression = { type: 'string', minLength: 1, maxLength: TEXT_LIMITS.expression };
const onTimeout = {
  oneOf: [
    { enum: ['fail', 'skip'] },
    { type: 'object', required: ['result'], additionalProperties: false, properties: { result: {} } },
  ],
};
const signal = {
  type: 'string',
  maxLength: TEXT_LIMITS.signalName,
  pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$',
  [WORDING]: { pattern: 'have only letters, digits, _ - . and not start with - or .' },
};
const awaitedSignal = { signal, correlation: expression, payloadSchema: { type: 'object' } };
const awaitedTime = { sleepMs: waitMs, sleepUntil: expression };

const things = {
  type: 'array',
  minItems: 1,
  maxItems: LIST_LIMITS.awaited,
  [WORDING]: { minItems: 'name at least one', maxItems: `have at most ${LIST_LIMITS.awaited} entries` },
  items: {
    type: 'object',
    minProperties: 1,
    additionalProperties: false,
    properties: { ...awaitedSignal, ...awaitedTime },
  },
};

const people = {
  type: 'array',
  minItems: 1,
  maxItems: LIST_LIMITS.assignees,
  [WORDING]: { minItems: 'name at least one', maxItems: `have at most ${LIST_LIMITS.assignees} entries` },
  items: {
    type: 'string',
    maxLength: TEXT_LIMITS.assignee,
    pattern: '^(user|role):.+$',
    [WORDING]: { pattern: 'be user:<principal id> or role:<role>' },
  },
};

/** Shape and limits of the keys by which steps wait. @internal */
export const WAIT_FIELDS: Readonly<Record<'sleepMs' | 'sleepUntil' | 'waitFor' | 'approval' | 'suspends', JsonSchema>> =
  {
    ...awaitedTime,
    waitFor: {
      type: 'object',
      additionalProperties: false,
      properties: {
        ...awaitedSignal,
        max: { type: 'integer', minimum: 1, maximum: LIST_LIMITS.takenSignals },
        any: things,
        all: things,
        timeoutMs: { ...waitMs, minimum: 1 },
        onTimeout,
      },
    },
    approval: {
      type: 'object',
      required: ['title'],
      additionalProperties: false,
      properties: {
        title: { type: 'string', minLength: 1, maxLength: TEXT_LIMITS.approvalTitle },
        description: { type: 'string', maxLength: TEXT_LIMITS.approvalDescription },
        form: { type: 'object' },
        assignees: people,
        notInitiator: { type: 'boolean' },
        deadlineMs: { ...waitMs, minimum: 1 },
        escalate: {
          type: 'object',
          required: ['afterMs', 'to'],
          additionalProperties: false,
          properties: { afterMs: { ...waitMs, minimum: 1 }, to: people },
        },
        onTimeout,
        onReject: { enum: ['fail', 'complete'] },
      },
    },
    suspends: { type: 'boolean' },
  };
