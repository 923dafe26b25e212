import { TEXT_LIMITS } from '@tasker/core';
import type { RetentionPolicy, RetentionTerms, TemplateRetention } from '@tasker/postgres';
import {
  fault,
  integer,
  isRecord,
  oneOf,
  section,
  text,
  type Faults,
  type OptionReader,
} from '../options/option-readers';

/** Whatever ends may be looked at for a minute: somebody waits for it. */
const MIN_KEEP_MS = 60_000;
const MAX_KEEP_MS = 100 * 365 * 86_400_000;

/** How long the tasks of a template are kept; what is not given is as for all. @public */
export interface TaskerTemplateRetention {
  /** Default `default`. */
  readonly namespace?: string;
  readonly name: string;
  /** Default: every version without terms of its own. */
  readonly version?: string;
  readonly keepMs?: number | null;
  readonly keepErrorsMs?: number | null;
  readonly mode?: 'delete' | 'archive';
}

/** How long finished tasks are kept, and how the others go. Unfinished tasks always stay. @public */
export interface TaskerRetentionOptions {
  /**
   * Milliseconds from the end of a task that completed, was cancelled or resolved by hand: at least 60,000; null: for
   * ever. Default null.
   */
  readonly keepMs?: number | null;
  /** The same for tasks in error, which may still be retried as long as they are kept. Default null. */
  readonly keepErrorsMs?: number | null;
  /** `archive` writes one JSON document per pruned task into `archived_tasks`, `delete` keeps nothing. Default `delete`. */
  readonly mode?: 'delete' | 'archive';
  /** Other terms for single templates. Default none. */
  readonly perTemplate?: readonly TaskerTemplateRetention[];
  /** Most tasks pruned in one transaction, 1 to 10,000. Default 200. */
  readonly batch?: number;
  /** Least rest after each batch, 0 to 60,000 milliseconds. Default 20. */
  readonly pauseMs?: number;
  /** Time from the end of a sweep to the next, whichever worker does it: 1,000 to 86,400,000 milliseconds. Default 60,000. */
  readonly intervalMs?: number;
}

/** Checked, with defaults. @public */
export interface ResolvedRetentionOptions extends RetentionPolicy {
  readonly batch: number;
  readonly pauseMs: number;
  readonly intervalMs: number;
}

type Mode = RetentionTerms['mode'];
const MODES: readonly Mode[] = ['delete', 'archive'];

const keep =
  <T extends null | undefined>(byDefault: T): OptionReader<number | null | T> =>
  (value, path, faults) => {
    if (value === undefined) return byDefault;
    return value === null ? null : integer(MIN_KEEP_MS, MAX_KEEP_MS, MIN_KEEP_MS)(value, path, faults);
  };

const readTemplate = section<Omit<TemplateRetention, keyof RetentionTerms> & Record<keyof RetentionTerms, unknown>>({
  namespace: text(TEXT_LIMITS.namespace, 'default'),
  name: (value, path, faults) => {
    if (value === undefined) faults.push({ path, message: 'is required' });
    return text(TEXT_LIMITS.templateName, '')(value, path, faults);
  },
  version: (value, path, faults) => text(TEXT_LIMITS.version, undefined)(value, path, faults) ?? null,
  keepMs: keep(undefined),
  keepErrorsMs: keep(undefined),
  mode: (value, path, faults) => (value === undefined ? undefined : oneOf(MODES, 'delete')(value, path, faults)),
});

const readTemplates: OptionReader<readonly TemplateRetention[]> = (value, path, faults) => {
  if (value === undefined) return [];
  if (!Array.isArray(value)) {
    fault(faults, path, 'must be a list', value);
    return [];
  }
  const read = value.map((entry: unknown, index) => {
    const at = `${path}[${index}]`;
    if (!isRecord(entry)) fault(faults, at, 'must be an object', entry);
    return readTemplate(isRecord(entry) ? entry : { name: '-' }, at, faults) as TemplateRetention;
  });
  reportRepeated(read, path, faults);
  return read;
};

function reportRepeated(terms: readonly TemplateRetention[], path: string, faults: Faults): void {
  const known = new Set<string>();
  terms.forEach(({ namespace, name, version }, index) => {
    const key = JSON.stringify([namespace, name, version]);
    if (known.has(key)) faults.push({ path: `${path}[${index}]`, message: 'is for the same templates as one before' });
    known.add(key);
  });
}

/** Reads `retention` of the module's options. @internal */
export const readRetention: OptionReader<ResolvedRetentionOptions> = section<ResolvedRetentionOptions>({
  keepMs: keep(null),
  keepErrorsMs: keep(null),
  mode: oneOf(MODES, 'delete'),
  perTemplate: readTemplates,
  batch: integer(1, 10_000, 200),
  pauseMs: integer(0, 60_000, 20),
  intervalMs: integer(1_000, 86_400_000, 60_000),
});
