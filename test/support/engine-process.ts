import {
  Engine,
  EventBus,
  HandlerRegistry,
  PlanCache,
  TemplateRegistry,
  type EngineLog,
  type EngineOptions,
  type EngineStore,
  type HandlerInvoker,
  type StepScope,
  type TaskPlan,
} from '@tasker/core';
import type { PostgresEngineStore } from '@tasker/postgres';
import { openStore } from './open-store';

export interface ProcessOptions extends Partial<EngineOptions> {
  readonly handlers?: Readonly<Record<string, HandlerInvoker>>;
  /** Another way to the same database, such as a pooler. */
  readonly url?: string;
  readonly pooler?: 'none' | 'transaction';
  /** Puts something between engine and store, such as what loses answers. */
  readonly wrap?: (store: PostgresEngineStore) => EngineStore;
  /** Plans this process knows; default: all of the harness. Others are loaded from the database. */
  readonly knows?: readonly TaskPlan[];
}

/** A line the engine wrote to its log. */
export interface LogLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly message: string;
}

const DEFAULTS: EngineOptions = {
  role: 'all',
  concurrency: 10,
  queues: null,
  leaseMs: 10_000,
  // Long, so that a test passes only when the work was announced or handed on, never because of the poll.
  pollMs: 5_000,
  settleConnections: 2,
  resultBytes: 100_000,
  keptSignals: 1_000,
  suspends: 100,
  name: 'test',
  version: '0.0.0',
};

/** What runs in one operating system process of an application: an engine with a store, registries and a bus of its own. */
export class EngineProcess {
  readonly store: PostgresEngineStore;
  readonly engine: Engine;
  readonly events: EventBus;
  readonly log: LogLine[] = [];
  /** Errors of event listeners. */
  readonly listenerErrors: unknown[] = [];
  readonly scopes: StepScope[] = [];

  constructor(directUrl: string, plans: readonly TaskPlan[], options: ProcessOptions) {
    const { handlers = {}, url = directUrl, pooler = 'none', wrap, knows, ...rest } = options;
    const engineOptions = { ...DEFAULTS, ...rest };
    const { leaseMs, settleConnections, transactionalConnections = 4 } = engineOptions;
    this.store = openStore({
      ...{ connectionString: url, schema: 'tasker', pooler, settleConnections, transactionalConnections, leaseMs },
      applicationName: 'test-engine',
    });
    this.events = new EventBus((error) => this.listenerErrors.push(error));
    const templates = new TemplateRegistry();
    for (const plan of knows ?? plans) templates.add(plan);
    const registry = new HandlerRegistry();
    const all: Record<string, HandlerInvoker> = { noop: async () => null, ...handlers };
    for (const [name, invoke] of Object.entries(all)) registry.register(name, invoke);
    this.engine = new Engine({
      ...{
        plans: new PlanCache(this.store, templates),
        handlers: registry,
        events: this.events,
        options: engineOptions,
      },
      store: wrap ? wrap(this.store) : this.store,
      log: this.logger(),
      surroundings: {
        run: (scope, work) => {
          this.scopes.push(scope);
          return work();
        },
        logger: () => ({ debug: noLine, log: noLine, warn: noLine, error: noLine }),
      },
    });
  }

  async stop(graceMs = 0): Promise<void> {
    await this.engine.drain(graceMs);
    await this.store.close();
  }

  /** Lines of these levels. */
  lines(...levels: LogLine['level'][]): string[] {
    return this.log.filter((line) => levels.includes(line.level)).map((line) => line.message);
  }

  private logger(): EngineLog {
    const at = (level: LogLine['level']) => (message: string) => void this.log.push({ level, message });
    return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  }
}

const noLine = (): void => undefined;
