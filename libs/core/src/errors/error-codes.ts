/**
 * What kind of fault an error is; transports map it to a status (invalid 400, not_found 404, conflict 409 …).
 *
 * @public
 */
export type ErrorKind =
  'invalid' | 'unauthenticated' | 'forbidden' | 'not_found' | 'conflict' | 'refused' | 'busy' | 'internal';

/**
 * Every error Tasker raises, by stable code. The hint names the fix.
 *
 * @public
 */
export const ERROR_CODES = {
  TSK_OPTIONS_INVALID: { kind: 'invalid', hint: 'Correct the options listed in details; each has its path.' },
  TSK_TEMPLATE_INVALID: { kind: 'invalid', hint: 'Correct the template faults listed in details; each has its path.' },
  TSK_TEMPLATE_NOT_FOUND: {
    kind: 'not_found',
    hint: 'Register the template in forRoot({ templates }) or forFeature, and check namespace, name and version.',
  },
  TSK_TEMPLATE_CHANGED: {
    kind: 'conflict',
    hint: "Give the changed template a new version, or set templates.onChange to 'revise' in development.",
  },
  TSK_BOOT_INVALID: { kind: 'invalid', hint: 'Correct the faults listed in details; all of them were found at boot.' },
  TSK_HANDLER_DUPLICATE: { kind: 'conflict', hint: 'Rename one of the handlers, or remove one of the providers.' },
  TSK_HANDLER_NOT_FOUND: { kind: 'not_found', hint: 'Add the handler class to the providers of a module.' },
  TSK_CONTEXT_INVALID: { kind: 'invalid', hint: 'Send a context that satisfies the schema of the template.' },
  TSK_REQUEST_INVALID: { kind: 'invalid', hint: 'Correct the fields listed in details; each has its path.' },
  TSK_DUPLICATE_TASK: {
    kind: 'conflict',
    hint: "Use the existing task, change the identity, or pass onDuplicate: 'return'.",
  },
  TSK_TASK_NOT_FOUND: { kind: 'not_found', hint: 'Check the task id; finished tasks may have been pruned.' },
  TSK_STEP_NOT_FOUND: { kind: 'not_found', hint: 'Name a step of the template; data.steps lists them.' },
  TSK_STATE_REFUSED: { kind: 'conflict', hint: 'Choose one of the verbs that are legal now; data.legal lists them.' },
  TSK_VERSION_CONFLICT: {
    kind: 'conflict',
    hint: 'Somebody acted on the task meanwhile: read it again, and decide again.',
  },
  TSK_STEP_STOPPED: { kind: 'conflict', hint: 'An operator took the step from its worker; the outcome was dropped.' },
  TSK_WORKER_NOT_FOUND: { kind: 'not_found', hint: 'List the workers: one that stopped has no row any more.' },
  TSK_BULK_NOT_FOUND: { kind: 'not_found', hint: 'List the bulk operations, and check the id.' },
  TSK_UNAUTHENTICATED: { kind: 'unauthenticated', hint: 'Send valid credentials: a bearer token or an API key.' },
  TSK_FORBIDDEN: { kind: 'forbidden', hint: 'Ask for the permission named in data.permission, for this namespace.' },
  TSK_KEY_NOT_FOUND: { kind: 'not_found', hint: 'List the API keys, and check the id.' },
  TSK_SATURATED: { kind: 'busy', hint: 'Too many requests are in flight; try again after the time in Retry-After.' },
  TSK_ISSUER_UNAVAILABLE: { kind: 'busy', hint: 'The issuer of the tokens could not be reached; try again.' },
  TSK_RESULT_INVALID: { kind: 'invalid', hint: 'Return plain JSON data: no cycles, bigint or NUL characters.' },
  TSK_RESULT_TOO_LARGE: {
    kind: 'invalid',
    hint: 'Store large data elsewhere and return a reference, or raise limits.resultBytes.',
  },
  TSK_SIGNAL_FULL: {
    kind: 'busy',
    hint: 'Nobody takes the signals that are kept there: look why, or raise limits.keptSignals.',
  },
  TSK_SIGNAL_INVALID: { kind: 'invalid', hint: 'Send a payload that satisfies payload_schema, and rerun the step.' },
  TSK_SIGNAL_TIMEOUT: { kind: 'internal', hint: 'Rerun the step to wait anew, or give the wait an on_timeout.' },
  TSK_APPROVAL_NOT_FOUND: { kind: 'not_found', hint: 'List the approvals, and check the id.' },
  TSK_APPROVAL_ENDED: { kind: 'conflict', hint: 'It was decided, or is over: data.approval says how.' },
  TSK_APPROVAL_NOT_ASSIGNED: {
    kind: 'forbidden',
    hint: 'Have it decided by one of the assignees, or delegated by one of them.',
  },
  TSK_APPROVAL_REJECTED: { kind: 'internal', hint: 'Rerun the step to ask again, or say on_reject: complete.' },
  TSK_APPROVAL_TIMEOUT: { kind: 'internal', hint: 'Rerun the step to ask again, or give the approval an on_timeout.' },
  TSK_SUSPEND_REFUSED: {
    kind: 'invalid',
    hint: 'Say suspends: true in the template; use longer waits when it suspends too often.',
  },
  TSK_CHOICE_INVALID: {
    kind: 'invalid',
    hint: "Name steps that this one decides about: those of its template; a handler by step.choose(['a'], result).",
  },
  TSK_NO_BRANCH: { kind: 'invalid', hint: 'Give the switch a default: { default: [] } leaves all of its steps out.' },
  TSK_ENGINE_TOO_OLD: {
    kind: 'refused',
    hint: 'Upgrade this process: the template was made for an engine of a higher level.',
  },
  TSK_LEASE_LOST: { kind: 'conflict', hint: 'Another worker took the step over; the late outcome was dropped.' },
  TSK_SHUTTING_DOWN: { kind: 'busy', hint: 'The process is stopping; send the request to another one.' },
  TSK_DATABASE_UNAVAILABLE: { kind: 'busy', hint: 'PostgreSQL could not be reached; try again.' },
  TSK_DATABASE_REFUSED: {
    kind: 'internal',
    hint: 'The cause has what PostgreSQL said; a missing privilege is listed in the operating guide.',
  },
  TSK_DATABASE_UNSUITABLE: {
    kind: 'refused',
    hint: 'Change the setting or the database that is named, for the role and the database Tasker uses.',
  },
  TSK_SCHEMA_MISMATCH: {
    kind: 'refused',
    hint: "Run the migrations (migrations: 'auto'), or deploy the version of Tasker the schema was made for.",
  },
  TSK_MIGRATION_FAILED: { kind: 'internal', hint: 'See the cause; the failed migration was rolled back.' },
  TSK_INTERNAL: { kind: 'internal', hint: 'Find the line with the correlation id in the log; it has the cause.' },
  TSK_NOT_TRANSACTIONAL: {
    kind: 'invalid',
    hint: 'Give the step transactional: true, or write over a connection of your own.',
  },
  TSK_TRANSACTION_ENDED: {
    kind: 'invalid',
    hint: 'Leave COMMIT and ROLLBACK to Tasker: return to commit, throw to roll back; savepoints are yours.',
  },
  TSK_TRANSACTION_ABORTED: {
    kind: 'internal',
    hint: 'Let the error of a failed statement through, or run the statement inside a savepoint: manager.transaction(…).',
  },
  TSK_STEP_SILENT: {
    kind: 'internal',
    hint: 'Call heartbeat() or progress() more often than heartbeat_timeout_ms of the step.',
  },
  TSK_EXPRESSION_FAILED: {
    kind: 'invalid',
    hint: 'The context of the error has the expression and the values it read; correct it in a new version, or rerun.',
  },
  TSK_STEP_TIMEOUT: { kind: 'internal', hint: 'Pass the abort signal on, or raise timeout_ms of the step.' },
} as const satisfies Record<string, { kind: ErrorKind; hint: string }>;

/** A code of the table above. @public */
export type ErrorCode = keyof typeof ERROR_CODES;
