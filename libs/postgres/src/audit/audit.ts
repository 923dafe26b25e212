import { withSchema } from '../database/with-schema';

/** A broken invariant. @public */
export interface AuditFinding {
  /** Name of the rule, such as `ready_step_queued_once`. */
  readonly rule: string;
  /** Null when no task can be named. */
  readonly taskId: string | null;
  /** Place of the step in its template, from 0; -1 is the virtual end; null: the task itself. */
  readonly position: number | null;
  /** What is wrong, for people. */
  readonly detail: string;
}

/** Runs one statement and answers with its rows, `bigint` as text: a `DataSource`'s `query`, or `pg`'s and `.rows`. @public */
export type AuditQuery = (sql: string) => Promise<readonly unknown[]>;

const AUDIT =
  'select rule, task_id::text as "taskId", position, detail from tasker.audit_v1() order by task_id, position, rule';

/**
 * Checks what no constraint can: that counters, queue, workers, states and history of all tasks agree.
 *
 * One statement on one snapshot, so it is right at any moment, also while workers run. Reads every task.
 *
 * @param schema the bare name, unquoted
 * @returns by task and step; empty: all is well
 * @public
 */
export async function auditInvariants(query: AuditQuery, schema: string): Promise<AuditFinding[]> {
  return [...(await query(withSchema(AUDIT, schema)))] as AuditFinding[];
}
