import { hostname } from 'node:os';
import {
  checkDefinition,
  normaliseTemplate,
  TaskerError,
  TRANSACTIONAL_CONNECTIONS,
  type IdentityStrategy,
  type StepDefaults,
  type StepTemplateInput,
} from '@tasker/core';
import { readRetention } from '../retention/retention-options';
import type { TemplateSource } from '../templates/template-source';
import { readDatabase, readToken } from './database-option';
import {
  dictionary,
  fault,
  flag,
  integer,
  isRecord,
  optionalInteger,
  oneOf,
  section,
  text,
  texts,
  type Faults,
  type OptionReader,
} from './option-readers';
import type { ResolvedTaskerOptions } from './resolved-tasker-options';

const KIB = 1_024;
const MIB = 1_024 * KIB;
const HOUR_MS = 3_600_000;
const LEASE_MS = 15_000;
/** PgBouncer lets nobody in for 15 s after a login that failed: a lease must outlast that and the renewal before it. */
const LEASE_BEHIND_POOLER_MS = 30_000;

const readSources: OptionReader<readonly TemplateSource[]> = (value, path, faults) => {
  if (value === undefined) return [];
  if (Array.isArray(value)) {
    value.forEach((source: unknown, index) => {
      if (isRecord(source) || (typeof source === 'string' && source !== '')) return;
      fault(faults, `${path}[${index}]`, 'must be a path, a glob or a template', source);
    });
    return value as TemplateSource[];
  }
  fault(faults, path, 'must be a list of paths, globs and templates', value);
  return [];
};

const MOST_MASK_PATHS = 100;

const readMaskPaths: OptionReader<readonly string[]> = (value, path, faults) => {
  if (value === undefined) return [];
  const isPath = (entry: unknown): entry is string => typeof entry === 'string' && /^(\*\*\.)?[^.*]|^\*\./.test(entry);
  if (Array.isArray(value) && value.length <= MOST_MASK_PATHS && value.every(isPath)) return value;
  fault(
    faults,
    path,
    `must be a list of at most ${MOST_MASK_PATHS} paths, such as "payment.card" or "**.password"`,
    value,
  );
  return [];
};

const readIdentity: OptionReader<IdentityStrategy> = (value, path, faults) => {
  if (value === undefined) return 'unique';
  if (value === 'unique' || value === 'hash' || typeof value === 'function') return value as IdentityStrategy;
  fault(faults, path, 'must be "unique", "hash" or a function of the request', value);
  return 'unique';
};

/** Checked as the step of a template is: one that says the same. */
const readStepDefaults: OptionReader<StepDefaults> = (value, path, faults) => {
  if (value === undefined) return {};
  if (!isRecord(value)) {
    fault(faults, path, 'must be an object', value);
    return {};
  }
  for (const key of Object.keys(value).filter((name) => name !== 'retryLimit' && name !== 'backoff'))
    faults.push({ path: `${path}.${key}`, message: 'unknown option; known: retryLimit, backoff' });
  const step = { name: 'step', handler: 'step', retryLimit: value['retryLimit'], backoff: value['backoff'] };
  const found = checkDefinition(normaliseTemplate({ name: 'defaults', steps: [step as StepTemplateInput] }));
  faults.push(...found.map((one) => ({ ...one, path: one.path.replace('steps[0]', path) })));
  return value;
};

const readTemplatesSection = (): OptionReader<ResolvedTaskerOptions['templates']> => {
  const environment = process.env['NODE_ENV'];
  const read = section<ResolvedTaskerOptions['templates']>({
    sources: readSources,
    environment: text(128, environment),
    env: dictionary<Readonly<Record<string, string | undefined>>>(process.env),
    onChange: oneOf(['revise', 'error'], environment === 'production' ? 'error' : 'revise'),
    handlers: dictionary<Readonly<Record<string, string>>>({}),
    stepDefaults: readStepDefaults,
  });
  return (value, path, faults) => {
    if (!Array.isArray(value)) return read(value, path, faults);
    return { ...read(undefined, path, faults), sources: readSources(value, path, faults) };
  };
};

const readOptions = (leaseMs: number): OptionReader<ResolvedTaskerOptions> =>
  section<ResolvedTaskerOptions>({
    database: readDatabase,
    role: oneOf(['all', 'api', 'worker'], 'all'),
    templates: readTemplatesSection(),
    worker: section<ResolvedTaskerOptions['worker']>({
      concurrency: integer(1, 10_000, 50),
      queues: texts(64),
      leaseMs: integer(1_000, HOUR_MS, leaseMs),
      pollMs: integer(10, 60_000, 1_000),
      name: text(128, `${hostname()}:${process.pid}`),
      shutdownGraceMs: integer(0, HOUR_MS, 10_000),
      transactionalConnections: integer(1, 100, TRANSACTIONAL_CONNECTIONS),
      transactionalDataSource: readToken,
    }),
    identity: section<ResolvedTaskerOptions['identity']>({ strategy: readIdentity }),
    limits: section<ResolvedTaskerOptions['limits']>({
      resultBytes: integer(KIB, 100 * MIB, MIB),
      contextBytes: integer(KIB, 100 * MIB, MIB),
      keptSignals: integer(1, 1_000_000, 10_000),
      suspends: integer(1, 10_000_000, 100_000),
    }),
    search: section<ResolvedTaskerOptions['search']>({ contextIndex: flag(false) }),
    logging: section<ResolvedTaskerOptions['logging']>({
      level: oneOf(['debug', 'info', 'warn', 'error', 'silent'], 'info'),
      format: oneOf(['text', 'pino'], 'text'),
      tasks: oneOf(['summary', 'each'], 'summary'),
      slowStepMs: optionalInteger(1, 24 * HOUR_MS),
    }),
    masking: section<ResolvedTaskerOptions['masking']>({ paths: readMaskPaths, text: text(100, '[masked]') }),
    retention: readRetention,
  });

/**
 * Checks the options of the module and applies the defaults.
 *
 * @throws {TaskerError} TSK_OPTIONS_INVALID with every fault, each with its path
 * @public
 */
export function resolveTaskerOptions(input: unknown): ResolvedTaskerOptions {
  const faults: Faults = [];
  const given = input ?? {};
  const resolved = readOptions(isPooled(given) ? LEASE_BEHIND_POOLER_MS : LEASE_MS)(given, '', faults);
  if (faults.length > 0)
    throw new TaskerError('TSK_OPTIONS_INVALID', 'The options of TaskerModule are invalid.', { details: faults });
  return resolved;
}

const isPooled = (input: unknown): boolean =>
  isRecord(input) && isRecord(input['database']) && input['database']['pooler'] === 'transaction';
