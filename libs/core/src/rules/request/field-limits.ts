/**
 * Longest text of each field, characters: the same wherever the field is written, searched for or described.
 *
 * @public
 */
export const TEXT_LIMITS = {
  namespace: 64,
  templateName: 64,
  version: 16,
  stepName: 128,
  queue: 64,
  dependentSystem: 64,
  annotationType: 64,
  searchAttribute: 64,
  /** Of the path of a search attribute. */
  contextPath: 255,
  /** Of a template: a condition, a case. */
  expression: 4_096,
  signalName: 128,
  signalKey: 255,
  signalId: 255,
  assignee: 255,
  approvalTitle: 255,
  approvalDescription: 4_000,
  tag: 128,
  identity: 255,
  initiator: 128,
  sourceSystem: 128,
  correlationId: 128,
  traceParent: 128,
  /** Of a request, and of whatever an operator does. */
  reason: 1_000,
  actor: 200,
  errorFingerprint: 255,
  errorMessage: 200,
} as const;

/** Most entries of each list. @public */
export const LIST_LIMITS = {
  tags: 50,
  /** Positions are a smallint, and a plan of this size still compiles in milliseconds. */
  steps: 20_000,
  /** Of a switch. */
  cases: 100,
  /** Signals and times of one wait. */
  awaited: 20,
  /** Signals that one wait takes. */
  takenSignals: 1_000,
  /** Of an approval. */
  assignees: 100,
  /** Of a template, and of a filter. */
  searchAttributes: 20,
  /** Search attributes of a filter that have bounds: each may have to look through all that its index has between them. */
  searchRanges: 4,
  /** Values of one field of a filter. */
  filterValues: 1_000,
} as const;
