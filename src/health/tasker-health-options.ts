import { TaskerError } from '@tasker/core';
import type { AccessOption } from '../access/access-option';
import type { HostDecorator } from '../surface/host-decorators';
import { integer, isRecord, section, type Faults, type OptionReader } from '../options/option-readers';

/** The detailed status, which tells more than a stranger should know. @public */
export interface TaskerStatusOptions {
  /**
   * Who may see it. Default: the policy of `TaskerAuthModule`; without either the application does not start, unless
   * `'public'` lets everybody in.
   */
  readonly access?: AccessOption;
  /** How long one answer serves everybody, 0 to 600,000 milliseconds. Default 5,000. */
  readonly cacheMs?: number;
}

/** Options of `TaskerHealthModule.register`. @public */
export interface TaskerHealthOptions {
  /** Where the probes are mounted, below the global prefix of the application. Default `tasker/health`. */
  readonly path?: string;
  /** Within how long `ready` answers, whatever the database does, 50 to 60,000 milliseconds. Default 2,000. */
  readonly readyTimeoutMs?: number;
  /**
   * Longest that a step may have waited in the queue for `ready` to be true, 1 to 86,400,000 milliseconds. Default: no
   * limit, because a backlog makes every process unready at once and takes the API away with the workers.
   */
  readonly maxQueueAgeMs?: number;
  /** Left out: there is no status. */
  readonly status?: TaskerStatusOptions;
  /**
   * Decorators of the application for the probes and the status, such as its `Public()`, so that global guards and interceptors
   * find there what they look for. Default none.
   */
  readonly decorators?: readonly HostDecorator[];
}

/** Options with their defaults. @internal */
export interface ResolvedHealthOptions {
  readonly path: string;
  readonly readyTimeoutMs: number;
  /** 0: no limit. */
  readonly maxQueueAgeMs: number;
  readonly statusCacheMs: number;
}

/** Token of the resolved options. @internal */
export const HEALTH_OPTIONS = 'TASKER_HEALTH_OPTIONS';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

const path: OptionReader<string> = (value = 'tasker/health', at, faults) => {
  const plain = typeof value === 'string' ? value.replace(/^\/+|\/+$/g, '') : '';
  if (/^[\w.~-]+(\/[\w.~-]+)*$/.test(plain) && !/(^|\/)\.+(\/|$)/.test(plain)) return plain;
  faults.push({ path: at, message: 'must be a path of plain segments, such as "internal/health"' });
  return '';
};

/** For others to judge: a policy may be a class, a provider or an object of the host's; decorators are functions. */
const anything: OptionReader<unknown> = (value) => value;

const readOptions = section({
  path,
  readyTimeoutMs: integer(50, MINUTE_MS, 2_000),
  maxQueueAgeMs: integer(0, DAY_MS, 0),
  decorators: anything,
  status: section({ access: anything, cacheMs: integer(0, 10 * MINUTE_MS, 5_000) }),
});

/** @throws {TaskerError} TSK_OPTIONS_INVALID with every fault @internal */
export function resolveHealthOptions(options: unknown): ResolvedHealthOptions {
  const faults: Faults = [];
  const { status, decorators: _, ...others } = readOptions(isRecord(options) ? options : {}, '', faults);
  if (faults.length > 0) {
    throw new TaskerError('TSK_OPTIONS_INVALID', 'The options of TaskerHealthModule are invalid.', { details: faults });
  }
  return { ...others, statusCacheMs: status.cacheMs };
}
