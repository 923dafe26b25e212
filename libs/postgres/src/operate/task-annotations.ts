import { copyJson, TaskerError, type Fault, type OperatorAct } from '@tasker/core';
import type { ClientBase } from 'pg';
import type { Statements } from '../database/statements';

/** A remark of a kind, as data. @public */
export interface NewAnnotation {
  /** 1 to 64 characters; made when it is new. */
  readonly type: string;
  /** Any JSON. */
  readonly annotation: unknown;
}

/** A remark on a task. @public */
export interface TaskAnnotation extends NewAnnotation {
  readonly id: string;
  readonly actor: string | null;
  readonly createdAt: Date;
}

interface AnnotationRow {
  id: string;
  type: string;
  annotation: unknown;
  actor: string | null;
  created_at: Date;
}

/** An annotation with what its event needs of the task. @public */
export interface AnnotatedTask {
  readonly made: TaskAnnotation;
  readonly task: { readonly templateId: number; readonly correlationId: string };
}

/** Null when there is no such task. */
export async function annotate(
  client: ClientBase,
  statements: Statements,
  taskId: string,
  { type, annotation }: NewAnnotation,
  { actor }: OperatorAct,
): Promise<AnnotatedTask | null> {
  const faults: Fault[] = [];
  if (typeof type !== 'string' || type.length < 1 || type.length > 64 || type.includes('\0'))
    faults.push({ path: 'type', message: 'must be a text of 1 to 64 characters' });
  const copy = copyJson(annotation, 'annotation', faults);
  if (faults.length > 0)
    throw new TaskerError('TSK_REQUEST_INVALID', 'The annotation is invalid.', { details: faults });
  const values = [taskId, type, JSON.stringify(copy), actor];
  const { rows } = await client.query<AnnotationRow & { template_id: number; correlation_id: string }>(
    statements.get('operate/annotate-task'),
    values,
  );
  const [row] = rows;
  if (!row) return null;
  return { made: read({ ...row, type }), task: { templateId: row.template_id, correlationId: row.correlation_id } };
}

/** Oldest first. */
export async function findAnnotations(
  client: ClientBase,
  statements: Statements,
  taskId: string,
): Promise<TaskAnnotation[]> {
  const { rows } = await client.query<AnnotationRow>(statements.get('operate/task-annotations'), [taskId]);
  return rows.map(read);
}

const read = ({ id, type, annotation, actor, created_at }: AnnotationRow): TaskAnnotation => ({
  ...{ id, type, annotation, actor, createdAt: created_at },
});
