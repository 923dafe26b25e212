import { TaskerError } from '@tasker/core';
import type { AccessOption } from '../access/access-option';
import type { HostDecorator } from '../surface/host-decorators';
import { integer, section, type Faults, type OptionReader } from '../options/option-readers';

/** What one caller may ask of the process. @public */
export interface TaskerRestLimits {
  /** Largest request body, 1 KiB to 100 MiB, bytes. Default 4 MiB. */
  readonly bodyBytes?: number;
  /** Levels of nesting in JSON that is sent, 8 to 500. Default 100. */
  readonly depth?: number;
  /** Most entries of a page, 1 to 500. Default 500. */
  readonly pageSize?: number;
  /** Most tasks that one call creates, 1 to 10,000. Default 1,000. */
  readonly batchSize?: number;
  /** Requests served at once before further ones are answered with 503, 1 to 100,000. Default 500. */
  readonly maxInFlight?: number;
  /** Longest wait for the end of a task, 1 to 300,000 milliseconds. Default 60,000. */
  readonly waitMs?: number;
}

/** Options of `TaskerRestModule.register`. @public */
export interface TaskerRestOptions {
  readonly limits?: TaskerRestLimits;
}

/** What shapes the module, and therefore cannot come from a factory. @public */
export interface TaskerRestExtras {
  /** Where the resources are mounted, below the global prefix of the application. Default `tasker`. */
  readonly path?: string | undefined;
  /**
   * Who may call. Default: the policy of `TaskerAuthModule`; without either the application does not start, unless
   * `'public'` lets everybody in.
   */
  readonly access?: AccessOption | undefined;
  /**
   * Decorators of the application for all resources, such as its `Public()`, so that global guards and interceptors
   * find there what they look for. Default none.
   */
  readonly decorators?: readonly HostDecorator[] | undefined;
}

/** Limits with their defaults. @internal */
export type RestLimits = Required<TaskerRestLimits>;

/** Token of the resolved limits. @internal */
export const REST_LIMITS = 'TASKER_REST_LIMITS';
/** Token of the path. @internal */
export const REST_PATH = 'TASKER_REST_PATH';

const KIB = 1_024;
const MIB = 1_024 * KIB;
const DEFAULT_PATH = 'tasker';

const readOptions: OptionReader<{ limits: RestLimits }> = section<{ limits: RestLimits }>({
  limits: section<RestLimits>({
    bodyBytes: integer(KIB, 100 * MIB, 4 * MIB),
    depth: integer(8, 500, 100),
    pageSize: integer(1, 500, 500),
    batchSize: integer(1, 10_000, 1_000),
    maxInFlight: integer(1, 100_000, 500),
    waitMs: integer(1, 300_000, 60_000),
  }),
});

/** @throws {TaskerError} TSK_OPTIONS_INVALID with every fault @internal */
export function resolveRestLimits(options: unknown): RestLimits {
  const faults: Faults = [];
  const { limits } = readOptions(options ?? {}, '', faults);
  if (faults.length > 0) throw invalid(faults);
  return limits;
}

/** Without slashes at its ends. @throws {TaskerError} TSK_OPTIONS_INVALID @internal */
export function resolveRestPath(path: unknown = DEFAULT_PATH): string {
  const plain = typeof path === 'string' ? path.replace(/^\/+|\/+$/g, '') : undefined;
  if (plain !== undefined && /^([\w.~-]+(\/[\w.~-]+)*)?$/.test(plain)) return plain;
  throw invalid([{ path: 'path', message: 'must be a path of plain segments, such as "internal/tasker"' }]);
}

const invalid = (details: Faults): TaskerError =>
  new TaskerError('TSK_OPTIONS_INVALID', 'The options of TaskerRestModule are invalid.', { details });
