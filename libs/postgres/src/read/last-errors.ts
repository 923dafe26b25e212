import type { Session } from '../database/session';
import { LAST_ERRORS } from './task-statements';
import type { LastError } from './task-views';

interface ErrorRow extends Omit<LastError, 'httpStatus'> {
  readonly taskId: string;
  readonly status: string | null;
}

/** By id, of the tasks of a page that have one, the last failure of their steps. @internal */
export async function lastErrors(session: Session, ids: readonly string[]): Promise<ReadonlyMap<string, LastError>> {
  if (ids.length === 0) return new Map();
  const rows = await session.rows<ErrorRow>(LAST_ERRORS, [ids]);
  return new Map(
    rows.map(({ taskId, status, ...error }) => [taskId, { ...error, httpStatus: httpStatus(status, error.code) }]),
  );
}

/** As `ApiStepHandler` tells it: in the context of the error, or in its code. */
function httpStatus(status: string | null, code: string | null): number | null {
  const text = status ?? /^HTTP_(\d+)$/.exec(code ?? '')?.[1] ?? '';
  return /^[1-5]\d\d$/.test(text) ? Number(text) : null;
}
