/**
 * Keys of a template file and the fields they fill.
 *
 * @internal
 */
export const TEMPLATE_FIELDS = {
  name: 'name',
  namespace_name: 'namespace',
  version: 'version',
  description: 'description',
  default_dependent_system: 'defaultDependentSystem',
  deadline_ms: 'deadlineMs',
  schema: 'contextSchema',
  search_attributes: 'searchAttributes',
  custom_events: 'customEvents',
  handler_config: 'handlerConfig',
} as const;

/** Keys of the original that nothing reads, and the fields of `origin` that keep them. @internal */
export const INFORMATION_FIELDS = {
  configuration: 'configuration',
  monitoring: 'monitoring',
  retry_strategies: 'retryStrategies',
} as const;

/** Keys that are more than a field of another name. @internal */
export const TEMPLATE_KEYS = [
  ...Object.keys(TEMPLATE_FIELDS),
  ...Object.keys(INFORMATION_FIELDS),
  ...['module_namespace', 'task_handler_class', 'concurrent', 'named_steps', 'step_templates', 'environments'],
];

/** Keys of a step. Where a field has several, the first is the one we write. @internal */
export const STEP_FIELDS = {
  name: 'name',
  handler: 'handler',
  handler_class: 'handler',
  description: 'description',
  when: 'when',
  run_if: 'runIf',
  choices: 'choices',
  sleep_ms: 'sleepMs',
  sleep_until: 'sleepUntil',
  suspends: 'suspends',
  dependent_system: 'dependentSystem',
  default_retryable: 'retryable',
  retryable: 'retryable',
  default_retry_limit: 'retryLimit',
  retry_limit: 'retryLimit',
  timeout_ms: 'timeoutMs',
  total_timeout_ms: 'totalTimeoutMs',
  start_timeout_ms: 'startTimeoutMs',
  heartbeat_timeout_ms: 'heartbeatTimeoutMs',
  transactional: 'transactional',
  skippable: 'skippable',
  queue: 'queue',
  on_worker_loss: 'onWorkerLoss',
  handler_config: 'handlerConfig',
  custom_events: 'customEvents',
  input_schema: 'inputSchema',
  result_schema: 'resultSchema',
} as const;

/** All keys of a step. @internal */
export const STEP_KEYS = [
  ...Object.keys(STEP_FIELDS),
  ...['depends_on_step', 'depends_on_steps', 'switch', 'wait_for', 'approval', 'retry'],
];

/** Keys of a case of `switch`. @internal */
export const CASE_KEYS = ['when', 'steps', 'default'];

/** Keys of one thing in `any` or `all` of `wait_for`. @internal */
export const THING_FIELDS = {
  ...{ signal: 'signal', correlation: 'correlation', payload_schema: 'payloadSchema' },
  ...{ sleep_ms: 'sleepMs', sleep_until: 'sleepUntil' },
} as const;

/** Keys of `wait_for`, but for `any` and `all`. @internal */
export const WAIT_FIELDS = {
  ...{ signal: 'signal', correlation: 'correlation', payload_schema: 'payloadSchema' },
  ...{ max: 'max', timeout_ms: 'timeoutMs', on_timeout: 'onTimeout' },
} as const;

/** Keys of `approval`, but for `escalate`. @internal */
export const APPROVAL_FIELDS = {
  ...{ title: 'title', description: 'description', form: 'form', assignees: 'assignees' },
  ...{ not_initiator: 'notInitiator', deadline_ms: 'deadlineMs', on_timeout: 'onTimeout', on_reject: 'onReject' },
} as const;

/** Keys of `escalate`. @internal */
export const ESCALATE_FIELDS = { after_ms: 'afterMs', to: 'to' } as const;

/** Keys of `retry`. @internal */
export const RETRY_FIELDS = {
  initial_ms: 'initialMs',
  factor: 'factor',
  max_ms: 'maxMs',
  jitter: 'jitter',
  delays_ms: 'delaysMs',
} as const;

/** Keys that fill the same field of a step as this one, itself excluded. @internal */
export function synonyms(key: string): string[] {
  const fields: Readonly<Record<string, string>> = STEP_FIELDS;
  return Object.keys(fields).filter((other) => other !== key && fields[other] === fields[key]);
}
