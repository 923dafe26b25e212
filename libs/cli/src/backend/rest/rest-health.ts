import type { SystemOverview, Trends } from '@tasker/postgres';
import { CliFailure } from '../../program/cli-failure';
import { EXIT_CODES } from '../../program/exit-codes';
import type { HealthStatus } from '../backend-views';
import type { Wire } from '../wire';
import type { RestClient } from './rest-client';

interface ReadyAnswer {
  readonly status: string;
  readonly details?: Readonly<Record<string, { readonly status: string; readonly reason?: string }>>;
}

type StatusAnswer = Wire<
  Pick<SystemOverview, 'queue' | 'workers' | 'database'> & {
    metrics: Pick<SystemOverview, 'tasks' | 'steps' | 'retries'>;
    trends: Trends;
  }
> & {
  readonly findings: readonly string[];
};

/**
 * What the probe says, and the status where the application shows one and the caller may see it.
 *
 * @internal
 */
export async function restHealth(client: RestClient): Promise<HealthStatus> {
  const probe = await client.call<ReadyAnswer>('/health/ready', {}, [503]);
  const down = Object.entries(probe.details ?? {}).filter(([, { status }]) => status !== 'up');
  const status = await statusOf(client);
  const problems = [...down.map(([name, { reason }]) => `${name}: ${reason ?? 'down'}`), ...(status?.findings ?? [])];
  const standing = status && {
    ...status.metrics,
    queue: status.queue,
    workers: status.workers,
    database: status.database,
  };
  return {
    ready: probe.status === 'ok' && problems.length === 0,
    problems,
    standing: standing ?? null,
    trends: status?.trends ?? null,
  };
}

/** Null where there is none to see; an application that is not ready may not be able to tell. */
async function statusOf(client: RestClient): Promise<StatusAnswer | null> {
  try {
    return await client.call<StatusAnswer>('/health/status');
  } catch (error) {
    const { exitCode } = CliFailure.from(error);
    const hidden = [EXIT_CODES.notFound, EXIT_CODES.unauthorised, EXIT_CODES.unavailable].some(
      (code) => code === exitCode,
    );
    if (hidden || isNoEndpoint(error)) return null;
    throw error;
  }
}

const isNoEndpoint = (error: unknown): boolean => CliFailure.from(error).facts.errorCode === 'CLI_NO_ENDPOINT';
