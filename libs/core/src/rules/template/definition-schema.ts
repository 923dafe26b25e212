import { WORDING, type JsonSchema } from '../../data/json-schema';
import type { SearchAttributeType } from './definition';
import { LIST_LIMITS, TEXT_LIMITS } from '../request/field-limits';
import { WAIT_FIELDS } from '../wait/wait-schema';
import { ENGINE_NAME } from './step-kind';

/** A timer of Node, an `int` of PostgreSQL: both end at 2³¹ − 1 ms, about 24 days. */
const MAX_MS = 2_147_483_647;
/** Attempts are a smallint in the history. */
const MAX_ATTEMPTS = 32_767;
const SEARCH_ATTRIBUTE_TYPES: readonly SearchAttributeType[] = ['string', 'number', 'boolean', 'datetime'];
const text = { type: 'string' };
const object = { type: 'object' };
const delayMs = { type: 'number', minimum: 0, maximum: MAX_MS };

const name = (maxLength: number): JsonSchema => ({
  type: 'string',
  maxLength,
  pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*$',
  [WORDING]: { pattern: 'have only letters, digits, _ - . and not start with - or .' },
});

/** The original's names may have folders: `api_task/integration_yaml_example`. */
const templateName = {
  type: 'string',
  maxLength: TEXT_LIMITS.templateName,
  pattern: '^[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*$',
  [WORDING]: { pattern: 'have only letters, digits, _ - . and / between words, and not start with - or .' },
};

/**
 * `::` for classes of the original, `$` and any letter for classes of ours; length: namespace.template.step. What
 * begins with `@` is the engine's, and only steps without a handler have it: check-kinds.ts.
 */
const handlerName = {
  type: 'string',
  maxLength: TEXT_LIMITS.namespace + TEXT_LIMITS.templateName + TEXT_LIMITS.stepName + 2,
  pattern: `^(?:${ENGINE_NAME}|[\\p{L}\\p{N}_$][\\p{L}\\p{N}_$.:/-]*)$`,
  [WORDING]: { pattern: 'have only letters, digits, _ $ - . : / and start with a letter, digit, _ or $' },
};

const queueName = {
  ...name(TEXT_LIMITS.queue),
  pattern: `^(?:${ENGINE_NAME}|[A-Za-z0-9_][A-Za-z0-9_.-]*)$`,
};

/** An expression; its grammar is checked by code. */
const expression = { type: 'string', minLength: 1, maxLength: TEXT_LIMITS.expression };
const stepNames = { type: 'array', items: text };

const switchCases = {
  type: 'array',
  minItems: 1,
  maxItems: LIST_LIMITS.cases,
  [WORDING]: { minItems: 'have at least one case', maxItems: `have at most ${LIST_LIMITS.cases} cases` },
  items: {
    type: 'object',
    required: ['steps'],
    additionalProperties: false,
    properties: { when: expression, steps: stepNames },
  },
};

const customEvents = {
  type: 'array',
  items: {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: {
        type: 'string',
        maxLength: 128 + TEXT_LIMITS.templateName,
        pattern: '^(?!(?:task|step|worker|workflow|observability|test|custom)\\.)[\\w/-]+(\\.[\\w/-]+)+$',
        [WORDING]: {
          pattern:
            'be words joined by dots, the first one not task, step, worker, workflow, observability, test or custom',
        },
      },
      description: text,
    },
  },
};

const searchAttributes = {
  type: 'array',
  maxItems: LIST_LIMITS.searchAttributes,
  [WORDING]: { maxItems: `have at most ${LIST_LIMITS.searchAttributes} attributes` },
  items: {
    type: 'object',
    required: ['name'],
    additionalProperties: false,
    properties: {
      name: name(TEXT_LIMITS.searchAttribute),
      path: {
        type: 'string',
        maxLength: TEXT_LIMITS.contextPath,
        pattern: '^[^.]+(\\.[^.]+)*$',
        [WORDING]: { pattern: 'be keys joined by dots, such as customer.id' },
      },
      type: { enum: [...SEARCH_ATTRIBUTE_TYPES] },
    },
  },
};

const backoff = {
  type: 'object',
  additionalProperties: false,
  properties: {
    delaysMs: { type: 'array', minItems: 1, items: delayMs, [WORDING]: { minItems: 'have at least one delay' } },
    initialMs: delayMs,
    factor: { type: 'number', minimum: 1, maximum: 1_000 },
    maxMs: delayMs,
    jitter: { type: 'number', minimum: 0, maximum: 1 },
  },
};

/** Up to ten years. */
const budget = { type: 'integer', minimum: 1, maximum: 315_360_000_000 };

const step = {
  type: 'object',
  required: ['name', 'handler'],
  additionalProperties: false,
  properties: {
    name: name(TEXT_LIMITS.stepName),
    handler: handlerName,
    description: text,
    dependsOn: stepNames,
    when: expression,
    runIf: { enum: ['any', 'all', 'always'] },
    switch: switchCases,
    choices: { ...stepNames, minItems: 1, [WORDING]: { minItems: 'name at least one step' } },
    ...WAIT_FIELDS,
    dependentSystem: { ...text, minLength: 1, maxLength: TEXT_LIMITS.dependentSystem },
    retryable: { type: 'boolean' },
    retryLimit: { type: 'integer', minimum: 1, maximum: MAX_ATTEMPTS },
    backoff,
    timeoutMs: { type: ['integer', 'null'], minimum: 1, maximum: MAX_MS },
    totalTimeoutMs: budget,
    startTimeoutMs: budget,
    heartbeatTimeoutMs: budget,
    transactional: { type: 'boolean' },
    skippable: { type: 'boolean' },
    queue: queueName,
    onWorkerLoss: { enum: ['retry', 'fail'] },
    handlerConfig: object,
    customEvents,
    inputSchema: object,
    resultSchema: object,
  },
};

/**
 * Shape and limits of a {@link TaskTemplateDefinition}, field by field. What concerns several fields at once (graph,
 * duplicates) is code in check-definition.ts.
 *
 * @internal
 */
export const DEFINITION_SCHEMA: JsonSchema = {
  type: 'object',
  required: ['name', 'steps'],
  additionalProperties: false,
  properties: {
    namespace: name(TEXT_LIMITS.namespace),
    name: templateName,
    version: {
      type: 'string',
      maxLength: TEXT_LIMITS.version,
      pattern: '^(0|[1-9]\\d*)(\\.(0|[1-9]\\d*)){2}$',
      [WORDING]: { pattern: 'be three integers joined by dots, such as 1.0.0' },
    },
    description: text,
    contextSchema: object,
    deadlineMs: budget,
    defaultDependentSystem: { ...text, minLength: 1, maxLength: TEXT_LIMITS.dependentSystem },
    searchAttributes,
    customEvents,
    handlerConfig: object,
    origin: {
      type: 'object',
      additionalProperties: false,
      properties: {
        ...{ moduleNamespace: text, taskHandlerClass: text },
        // Whatever they hold: nothing reads them.
        ...{ configuration: {}, monitoring: {}, retryStrategies: {} },
      },
    },
    steps: {
      type: 'array',
      minItems: 1,
      maxItems: LIST_LIMITS.steps,
      items: step,
      [WORDING]: { minItems: 'have at least one step', maxItems: `have at most ${LIST_LIMITS.steps} steps` },
    },
  },
};
