import { TaskerError } from '@tasker/core';
import type { AccessOption } from '../access/access-option';
import type { HostDecorator } from '../surface/host-decorators';
import { integer, section, type Faults, type OptionReader } from '../options/option-readers';

/** What one caller may ask of the process. @public */
export interface TaskerRestLimits {
  /** Largest request body, 1 KiB to 100 MiB, bytes. Default 4 MiB. */
  readonly bodyBytes?: number;
  /**
   * Bytes of all bodies that are being worked on, up to 1 GiB; more are answered with 503. One caller gets a quarter, but
   * always as much as one body. Default: 16 times `bodyBytes`.
   */
  readonly bodyBytesInFlight?: number;
  /** Longest time for a body to arrive, 100 to 600,000 milliseconds; then 408. Default 30,000. */
  readonly bodyMs?: number;
  /** Longest time for an answer to be taken once it goes out, 100 to 600,000 milliseconds; then the connection ends. Default 60,000. */
  readonly answerMs?: number;
  /** Levels of nesting in JSON that is sent, 8 to 500. Default 100. */
  readonly depth?: number;
  /** Most entries of a page, 1 to 500. Default 500. */
  readonly pageSize?: number;
  /** Most tasks that one call creates, 1 to 10,000. Default 1,000. */
  readonly batchSize?: number;
  /** Requests served at once before further ones are answered with 503, 1 to 100,000. Default 500. */
  readonly maxInFlight?: number;
  /** Those of one caller, by the id of its principal. Default: a quarter of `maxInFlight`. */
  readonly maxInFlightPerCaller?: number;
  /** Requests that only wait for the end of a task, counted apart, 1 to 100,000. Default 1,000. */
  readonly maxWaits?: number;
  /** Those of one caller. Default: a quarter of `maxWaits`. */
  readonly maxWaitsPerCaller?: number;
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

/** What follows from another limit when nobody says otherwise. */
type DerivedLimits = 'bodyBytesInFlight' | 'maxInFlightPerCaller' | 'maxWaitsPerCaller';
const DERIVED = 0;

type WrittenLimits = { limits: RestLimits };

const readOptions: OptionReader<WrittenLimits> = section<WrittenLimits>({
  limits: section<RestLimits>({
    bodyBytes: integer(KIB, 100 * MIB, 4 * MIB),
    bodyBytesInFlight: integer(KIB, 1_024 * MIB, DERIVED),
    bodyMs: integer(100, 600_000, 30_000),
    answerMs: integer(100, 600_000, 60_000),
    depth: integer(8, 500, 100),
    pageSize: integer(1, 500, 500),
    batchSize: integer(1, 10_000, 1_000),
    maxInFlight: integer(1, 100_000, 500),
    maxInFlightPerCaller: integer(1, 100_000, DERIVED),
    maxWaits: integer(1, 100_000, 1_000),
    maxWaitsPerCaller: integer(1, 100_000, DERIVED),
    waitMs: integer(1, 300_000, 60_000),
  }),
});

/** @throws {TaskerError} TSK_OPTIONS_INVALID with every fault @internal */
export function resolveRestLimits(options: unknown): RestLimits {
  const faults: Faults = [];
  const { limits } = readOptions(options ?? {}, '', faults);
  const { bodyBytes, bodyBytesInFlight } = limits;
  if (bodyBytesInFlight !== DERIVED && bodyBytesInFlight < bodyBytes) {
    faults.push({ path: 'limits.bodyBytesInFlight', message: `must be at least limits.bodyBytes, ${bodyBytes}` });
  }
  if (faults.length > 0) throw invalid(faults);
  return { ...limits, ...derived(limits) };
}

const derived = (limits: RestLimits): Pick<RestLimits, DerivedLimits> => ({
  bodyBytesInFlight: limits.bodyBytesInFlight || Math.min(16 * limits.bodyBytes, 1_024 * MIB),
  maxInFlightPerCaller: limits.maxInFlightPerCaller || Math.ceil(limits.maxInFlight / 4),
  maxWaitsPerCaller: limits.maxWaitsPerCaller || Math.ceil(limits.maxWaits / 4),
});

/** Without slashes at its ends. @throws {TaskerError} TSK_OPTIONS_INVALID @internal */
export function resolveRestPath(path: unknown = DEFAULT_PATH): string {
  const plain = typeof path === 'string' ? path.replace(/^\/+|\/+$/g, '') : undefined;
  if (plain !== undefined && /^([\w.~-]+(\/[\w.~-]+)*)?$/.test(plain)) return plain;
  throw invalid([{ path: 'path', message: 'must be a path of plain segments, such as "internal/tasker"' }]);
}

const invalid = (details: Faults): TaskerError =>
  new TaskerError('TSK_OPTIONS_INVALID', 'The options of TaskerRestModule are invalid.', { details });
