import { TaskerError } from '@tasker/core';
import { type Registry, register } from 'prom-client';
import type { AccessOption } from '../access/access-option';
import type { HostDecorator } from '../surface/host-decorators';
import {
  flag,
  integer,
  isRecord,
  oneOf,
  section,
  text,
  type Faults,
  type OptionReader,
} from '../options/option-readers';

/** Where metrics are served without the HTTP server of the application: `GET /metrics`, and nothing else. @public */
export interface TaskerMetricsListenOptions {
  /** 0 to 65,535; 0 is any that is free. */
  readonly port: number;
  /** Address to listen at. Default `127.0.0.1`; `0.0.0.0` for a scraper on another machine. */
  readonly host?: string;
  /** Bearer token that scrapers must send. Default none: whoever reaches the port may scrape. */
  readonly token?: string;
}

/** Options of `TaskerMetricsModule.register`. @public */
export interface TaskerMetricsOptions {
  /**
   * Where the metrics are served, below the global prefix of the application; false: nowhere, because the application
   * exports the registry itself. Default `metrics`, and false where `listen` is given.
   */
  readonly path?: string | false;
  /**
   * Who may scrape. Default: the policy of `TaskerAuthModule`; without either the application does not start, unless
   * `'public'` lets everybody in.
   */
  readonly access?: AccessOption;
  /**
   * Decorators of the application for the route of the metrics, such as its `Public()`, so that global guards and interceptors
   * find there what they look for. Default none.
   */
  readonly decorators?: readonly HostDecorator[];
  /** A server of its own for the metrics: for workers, which have no HTTP. Default none. */
  readonly listen?: TaskerMetricsListenOptions;
  /** Default: prom-client's own, which `PrometheusModule` of @willsoto/nestjs-prometheus exports, too. */
  readonly registry?: Registry;
  /** Metrics of Node and the process, too. Default true where the module serves the metrics. */
  readonly defaultMetrics?: boolean;
  /**
   * Who exports what is true of the whole database: one process of all, `always` this one, or `off`. Default `leader`;
   * behind a transaction-mode pooler nobody can lead, and all of them export it.
   */
  readonly leaderGauges?: 'leader' | 'always' | 'off';
  /** How old those may be when they are scraped, 0 to 600,000 milliseconds. Default 5,000. */
  readonly gaugesMaxAgeMs?: number;
  /** More labels. */
  readonly labels?: {
    /** The version of the template: as many series more as there are versions. Default false. */
    readonly version?: boolean;
  };
  /** Different steps in the labels before further ones are counted as "other", 1 to 100,000. Default 1,000. */
  readonly maxSeries?: number;
}

/** Options with their defaults. @internal */
export interface ResolvedMetricsOptions {
  readonly path: string | false;
  readonly listen:
    (Required<Omit<TaskerMetricsListenOptions, 'token'>> & { readonly token: string | undefined }) | null;
  readonly registry: Registry;
  readonly defaultMetrics: boolean;
  readonly leaderGauges: 'leader' | 'always' | 'off';
  readonly gaugesMaxAgeMs: number;
  readonly versions: boolean;
  readonly maxSeries: number;
}

/** Token of the resolved options. @internal */
export const METRICS_OPTIONS = 'TASKER_METRICS_OPTIONS';

const path: OptionReader<string | false | undefined> = (value, at, faults) => {
  if (value === undefined || value === false) return value;
  const plain = typeof value === 'string' ? value.replace(/^\/+|\/+$/g, '') : '';
  if (/^[\w.~-]+(\/[\w.~-]+)*$/.test(plain) && !/(^|\/)\.+(\/|$)/.test(plain)) return plain;
  faults.push({ path: at, message: 'must be a path of plain segments, such as "internal/metrics", or false' });
  return false;
};

const readListen = section<NonNullable<ResolvedMetricsOptions['listen']>>({
  port: integer(0, 65_535, 0),
  host: text(255, '127.0.0.1'),
  token: text(1_000, undefined),
});

const listen: OptionReader<ResolvedMetricsOptions['listen']> = (value, at, faults) => {
  if (value === undefined) return null;
  if (isRecord(value) && value['port'] === undefined) faults.push({ path: `${at}.port`, message: 'is required' });
  return readListen(value, at, faults);
};

const registry: OptionReader<Registry> = (value = register, at, faults) => {
  // By what it can do: the host may have another copy of prom-client.
  if (isRecord(value) && typeof value['registerMetric'] === 'function') return value as unknown as Registry;
  faults.push({ path: at, message: 'must be a Registry of prom-client' });
  return register;
};

/** A policy is for the access guard to judge, and decorators are the host's. */
const anything: OptionReader<unknown> = (value) => value;

const readOptions = section({
  ...{ path, listen, access: anything, decorators: anything, registry, defaultMetrics: flag(undefined) },
  leaderGauges: oneOf(['leader', 'always', 'off'], 'leader'),
  gaugesMaxAgeMs: integer(0, 600_000, 5_000),
  labels: section({ version: flag(false) }),
  maxSeries: integer(1, 100_000, 1_000),
});

/** @throws {TaskerError} TSK_OPTIONS_INVALID with every fault @internal */
export function resolveMetricsOptions(options: unknown): ResolvedMetricsOptions {
  const faults: Faults = [];
  const {
    labels,
    defaultMetrics,
    path: asked,
    access: _,
    decorators: __,
    ...others
  } = readOptions(options ?? {}, '', faults);
  if (faults.length > 0) {
    throw new TaskerError('TSK_OPTIONS_INVALID', 'The options of TaskerMetricsModule are invalid.', {
      details: faults,
    });
  }
  const served = asked ?? (others.listen ? false : 'metrics');
  const isServed = served !== false || others.listen !== null;
  return { ...others, path: served, defaultMetrics: defaultMetrics ?? isServed, versions: labels.version };
}
