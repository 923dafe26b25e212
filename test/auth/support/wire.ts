import type { WireOperation } from './operations';

/** An answer, with what it says of errors. */
export interface WireAnswer {
  readonly status: number;
  readonly text: string;
  readonly errorCode: string | undefined;
  /** The permission a refusal names. */
  readonly permission: string | undefined;
}

/** What a request is aimed at. */
export interface Aim {
  readonly taskId: string;
  readonly namespace: string;
  readonly step: string;
  readonly name: string;
  /** Takes the place of the task's id where a bulk operation is named. */
  readonly bulkId?: string;
  /** Likewise where an approval is named. */
  readonly approvalId?: string;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
}

export async function send(
  base: string,
  operation: WireOperation,
  headers: Record<string, string>,
  { query = {}, ...aim }: Aim,
): Promise<WireAnswer> {
  const values: Record<string, string> = {
    ...aim,
    id: idFor(operation.path, aim),
  } as never;
  const path = operation.path.replaceAll(/:(\w+)/g, (_, name: string) => values[name] ?? '1');
  const body = aim.body ?? operation.body;
  const response = await fetch(`${base}${path}?${new URLSearchParams(query).toString()}`, {
    method: operation.method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const { errorCode, data } = (text.startsWith('{') ? JSON.parse(text) : {}) as Record<string, never>;
  return {
    status: response.status,
    text,
    errorCode,
    permission: (data as { permission?: string } | undefined)?.permission,
  };
}

/** Runs them a few at a time: more than one, fewer than would fill the server. */
export async function eightAtATime<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const rest = [...items];
  const lane = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: 8 }, lane));
}

function idFor(path: string, { taskId, bulkId = '1', approvalId = '1' }: Aim): string {
  if (path.includes('/bulk/')) return bulkId;
  return path.includes('/approvals/') ? approvalId : taskId;
}
