import { Inject, Injectable } from '@nestjs/common';
import { Engine, errorText, StoreUnavailableError, type EngineLog } from '@tasker/core';
import type { ReadinessFacts } from '@tasker/postgres';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_LOG, TASKER_OPTIONS } from '../tasker.constants';
import { HealthWatch } from './health-watch';
import { ProcessPhase } from './process-phase';
import { HEALTH_OPTIONS, type ResolvedHealthOptions } from './tasker-health-options';
import { withinTime } from './within-time';

/** One thing that must be well for this process to get work. @public */
export interface ReadinessCheck {
  readonly up: boolean;
  /** Why not; or what is to be known although it is. */
  readonly reason?: string;
  readonly [detail: string]: unknown;
}

/** What is well and what is not; a check that could not be made is left out. @public */
export interface Readiness {
  readonly process: ReadinessCheck;
  readonly database: ReadinessCheck;
  readonly schema?: ReadinessCheck;
  readonly queue?: ReadinessCheck;
  /** Only where steps are run. */
  readonly worker?: ReadinessCheck;
}

type DatabaseChecks = Omit<Readiness, 'process'>;

/** Tells whether this process should get work. @internal */
@Injectable()
export class ReadinessProbe {
  /** Probes that come while one is under way share its answer: a database that hangs must not gather them. */
  private asking: Promise<DatabaseChecks> | undefined;
  private wasReady: boolean | undefined;

  constructor(
    private readonly watch: HealthWatch,
    private readonly engine: Engine,
    private readonly phase: ProcessPhase,
    @Inject(TASKER_OPTIONS) private readonly tasker: ResolvedTaskerOptions,
    @Inject(HEALTH_OPTIONS) private readonly options: ResolvedHealthOptions,
    @Inject(TASKER_LOG) private readonly log: EngineLog,
  ) {}

  /** Answers within `readyTimeoutMs`; never throws. */
  async check(): Promise<Readiness> {
    if (this.phase.isStopping) {
      return { process: { up: false, reason: 'shutting down' }, database: { up: true, reason: 'not asked' } };
    }
    const { readyTimeoutMs } = this.options;
    this.asking ??= this.askDatabase().finally(() => (this.asking = undefined));
    const late = (): DatabaseChecks => ({ database: { up: false, reason: `no answer within ${readyTimeoutMs} ms` } });
    const found: Readiness = { process: { up: true }, ...(await withinTime(readyTimeoutMs, this.asking, late)) };
    this.note(found);
    return found;
  }

  private async askDatabase(): Promise<DatabaseChecks> {
    const workerId = this.tasker.role === 'api' ? null : this.engine.workerId;
    const askedAt = performance.now();
    try {
      const facts = await this.watch.readiness(workerId);
      const responseMs = Math.round(performance.now() - askedAt);
      const checks = { database: { up: true, responseMs }, schema: schemaCheck(facts), queue: this.queueCheck(facts) };
      return this.tasker.role === 'api' ? checks : { ...checks, worker: workerCheck(facts, workerId) };
    } catch (error) {
      return { database: { up: false, reason: reasonOf(error) } };
    }
  }

  private queueCheck({ oldestQueuedMs }: ReadinessFacts): ReadinessCheck {
    const { maxQueueAgeMs } = this.options;
    const oldestMs = oldestQueuedMs === null ? null : Math.round(oldestQueuedMs);
    if (maxQueueAgeMs === 0 || oldestMs === null || oldestMs <= maxQueueAgeMs) return { up: true, oldestMs };
    return { up: false, reason: `a step has waited longer than ${maxQueueAgeMs} ms`, oldestMs };
  }

  /** A line when the verdict changes, not one per probe. */
  private note(found: Readiness): void {
    const down = failedChecks(found);
    const ready = down.length === 0;
    if (ready === (this.wasReady ?? true)) return;
    this.wasReady = ready;
    if (ready) this.log.info('This process is ready again.');
    else this.log.warn(`This process is not ready: ${down.join('; ')}.`);
  }
}

/** Name and reason of what is not well, in the order of the checks. @internal */
export const failedChecks = (found: Readiness): string[] =>
  Object.entries(found as unknown as Record<string, ReadinessCheck>)
    .filter(([, { up }]) => !up)
    .map(([name, { reason }]) => `${name}: ${reason ?? 'down'}`);

function schemaCheck({ schemaFaults }: ReadinessFacts): ReadinessCheck {
  if (schemaFaults.length === 0) return { up: true };
  const reason = 'migrations are missing or in the way of this version';
  return { up: false, reason, migrations: schemaFaults };
}

function workerCheck({ worker }: ReadinessFacts, workerId: number | null): ReadinessCheck {
  if (workerId === null) return { up: false, reason: 'not started' };
  if (!worker?.alive) return { up: false, reason: 'its lease is lost', workerId };
  const { draining, leaseLeftMs } = worker;
  return { up: true, workerId, draining, leaseLeftMs: Math.round(leaseLeftMs) };
}

/** The driver's own word is behind the store's, which says only that there was no answer. */
const reasonOf = (error: unknown): string => errorText(error instanceof StoreUnavailableError ? error.cause : error);
