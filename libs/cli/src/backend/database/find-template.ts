import { compareVersions, nearestName, TaskerError, type TaskTemplateDefinition } from '@tasker/core';
import { withSchema } from '@tasker/postgres';
import { referenceText, type TemplateReference } from '../../program/template-reference';
import type { DatabaseSession } from './database-session';

/** A registered revision. @internal */
export interface TemplateRow {
  readonly id: number;
  readonly revision: number;
  readonly definition: TaskTemplateDefinition;
}

const FIND = `select id, version, revision from tasker.task_templates where namespace = $1 and name = $2`;
const LOAD = `select id, revision, definition from tasker.task_templates where id = $1`;
const KNOWN = `select distinct namespace || '.' || name as known from tasker.task_templates`;

/**
 * The newest revision of the given version, or of the highest.
 *
 * @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND naming the nearest one there is
 * @internal
 */
export async function findTemplateRow(session: DatabaseSession, reference: TemplateReference): Promise<TemplateRow> {
  const { namespace, name, version } = reference;
  const rows = await rowsOf<{ id: number; version: string; revision: number }>(session, FIND, [namespace, name]);
  const fitting = rows.filter((row) => version === undefined || row.version === version);
  const [newest] = fitting.sort((a, b) => compareVersions(b.version, a.version) || b.revision - a.revision);
  if (!newest)
    throw await notFound(
      session,
      reference,
      rows.map((row) => row.version),
    );
  const [found] = await rowsOf<TemplateRow>(session, LOAD, [newest.id]);
  return found as TemplateRow;
}

async function notFound(
  session: DatabaseSession,
  reference: TemplateReference,
  versions: string[],
): Promise<TaskerError> {
  const text = referenceText(reference);
  const known = (await rowsOf<{ known: string }>(session, KNOWN, [])).map((row) => row.known);
  const near = nearestName(referenceText({ namespace: reference.namespace, name: reference.name }), known);
  const advice =
    versions.length > 0
      ? ` There are ${[...new Set(versions)].join(', ')}.`
      : near === undefined
        ? ''
        : ` Did you mean ${near}?`;
  return new TaskerError('TSK_TEMPLATE_NOT_FOUND', `No template is registered as ${text}.${advice}`, {
    hint: 'An application registers its templates when it starts; check namespace, name and version.',
    data: { ...reference },
  });
}

const rowsOf = async <T>(session: DatabaseSession, sql: string, values: unknown[]): Promise<T[]> =>
  (await session.run(withSchema(sql, session.schema), values)) as T[];
