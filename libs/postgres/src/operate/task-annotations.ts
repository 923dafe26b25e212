import { copyJson, isTaskId, TaskerError, type Fault, type OperatorAct } from '@tasker/core';
import type { ClientBase } from 'pg';
import type { Statements } from '../database/statements';

/** A remark of a kind, as data. @public */
export interface NewAnnotation {
  /** 1 to 64 characters; made when it is new. */
  readonly type: string;
  /** Any JSON, at most 64 KiB of it. */
  readonly annotation: unknown;
}

/** A remark on a task. @public */
export interface TaskAnnotation extends NewAnnotation {
  readonly id: string;
  readonly actor: string | null;
  readonly createdAt: Date;
}

/** Which of the annotations. @public */
export interface AnnotationPage {
  /** At most so many, 1 to 1,000, and at most a mebibyte of them. Default 100. */
  readonly limit?: number;
  /** Id of the annotation before. */
  readonly after?: string;
}

/** Remarks are read with their task, and searched: what is larger belongs elsewhere. */
const MAX_BYTES = 65_536;
const MAX_ANNOTATIONS = 1_000;
/** Of a page: an answer that nobody reads stays in memory. */
const PAGE_BYTES = 1_048_576;
const DEFAULT_LIMIT = 100;

/** Without an id: the task has all that it may have. */
interface MadeRow {
  readonly id: string | null;
  readonly template_id: number;
  readonly correlation_id: string;
}

const tooMany = (taskId: string): TaskerError =>
  new TaskerError('TSK_REQUEST_INVALID', `Task ${taskId} has ${MAX_ANNOTATIONS} annotations.`, {
    details: [{ path: '', message: `a task has at most ${MAX_ANNOTATIONS} annotations` }],
    hint: 'Keep what grows in a place of its own, and annotate the task with where that is.',
  });

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
  const copy = copyJson(annotation, 'annotation', faults, MAX_BYTES);
  const text = JSON.stringify(copy);
  if (faults.length === 0 && Buffer.byteLength(text) > MAX_BYTES)
    faults.push({ path: 'annotation', message: `must have at most ${MAX_BYTES} bytes as JSON` });
  if (faults.length > 0)
    throw new TaskerError('TSK_REQUEST_INVALID', 'The annotation is invalid.', { details: faults });
  const values = [taskId, type, text, actor, MAX_ANNOTATIONS];
  const { rows } = await client.query<Omit<AnnotationRow, 'id'> & MadeRow>(
    statements.get('operate/annotate-task'),
    values,
  );
  const [row] = rows;
  if (!row) return null;
  const { id } = row;
  if (id === null) throw tooMany(taskId);
  return { made: read({ ...row, id, type }), task: { templateId: row.template_id, correlationId: row.correlation_id } };
}

/** @throws {TaskerError} TSK_REQUEST_INVALID */
export function checkAnnotationPage({ limit = 1, after = '0' }: AnnotationPage = {}): void {
  const faults: Fault[] = [];
  if (!Number.isInteger(limit) || limit < 1 || limit > MAX_ANNOTATIONS)
    faults.push({ path: 'limit', message: `must be an integer from 1 to ${MAX_ANNOTATIONS}` });
  if (after !== '0' && !isTaskId(after)) faults.push({ path: 'after', message: 'must be the id of an annotation' });
  if (faults.length > 0) throw new TaskerError('TSK_REQUEST_INVALID', 'The page is invalid.', { details: faults });
}

/** Oldest first. */
export async function findAnnotations(
  client: ClientBase,
  statements: Statements,
  taskId: string,
  { limit = DEFAULT_LIMIT, after = '0' }: AnnotationPage = {},
): Promise<TaskAnnotation[]> {
  const { rows } = await client.query<AnnotationRow>(statements.get('operate/task-annotations'), [
    taskId,
    after,
    limit,
    PAGE_BYTES,
  ]);
  return rows.map(read);
}

const read = ({ id, type, annotation, actor, created_at }: AnnotationRow): TaskAnnotation => ({
  ...{ id, type, annotation, actor, createdAt: created_at },
});
