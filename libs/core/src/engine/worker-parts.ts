import type { AsyncHome } from '../async/async-home';
import type { DataMask } from '../data/data-mask';
import type { EventBus } from '../events/event-bus';
import type { HandlerRegistry } from '../handler/handler-registry';
import type { Clock } from '../ports/clock';
import type { EngineStore } from '../ports/engine-store';
import { Dispatcher } from './claim/dispatcher';
import { Hand } from './claim/hand';
import { LaneTable } from './claim/lane-table';
import { EngineSteps } from './decide/engine-steps';
import type { EngineLog } from './engine-log';
import { TRANSACTIONAL_CONNECTIONS, type EngineOptions } from './engine-options';
import { BudgetTimers } from './keep/budget-timers';
import { DelayedSteps } from './keep/delayed-steps';
import { LateNews } from './keep/late-news';
import { Reconciler } from './keep/reconciler';
import { Recovery, type Recoverable } from './keep/recovery';
import { Rescuer } from './keep/rescuer';
import { WaitKeeper } from './keep/wait-keeper';
import { RevocationWatch } from './keep/revocation-watch';
import { ENGINE_LEVEL } from '../rules/template/step-kind';
import type { LiveEnvironment } from '../rules/template/live-values';
import type { PlanCache } from '../plans/plan-cache';
import { Reporter } from './reporter';
import { StepExecutor } from './run/step-executor';
import { StepRunner } from './run/step-runner';
import { TransactionalSteps } from './run/transactional-steps';
import { TaskEndings } from './task-endings';
import type { StepSurroundings } from './run/step-scope';
import { Settler } from './settle/settler';
import { TransactionalSettler } from './settle/transactional-settler';
import type { WorkerHost } from './worker-host';

export interface WorkerDeps {
  readonly store: EngineStore;
  readonly handlers: HandlerRegistry;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: EngineLog;
  readonly surroundings: StepSurroundings;
  readonly options: EngineOptions;
  readonly plans: PlanCache;
  readonly home: AsyncHome;
  readonly env: LiveEnvironment;
  readonly mask: DataMask | undefined;
}

/** The parts of a worker, wired. */
export type WorkerParts = ReturnType<typeof wireWorker>;

/** Makes the parts that run steps and keep the lease, each knowing only what it calls. */
export function wireWorker(deps: WorkerDeps, worker: WorkerHost & Recoverable) {
  const { store, clock, events, log, options, plans, random, handlers, surroundings, home, env, mask } = deps;
  const { resultBytes, suspends, concurrency, settleConnections, leaseMs, pollMs } = options;
  const { transactionalConnections: places = TRANSACTIONAL_CONNECTIONS } = options;
  const host = worker;
  const hand = new Hand();
  const { level = ENGINE_LEVEL, queues } = options;
  const lanes = new LaneTable({ handlers, queues, level });
  const endings = new TaskEndings(store, events);
  const reporter = new Reporter(events, log, host, endings);
  const delayed = new DelayedSteps({ store, clock, events, plans, host, pollMs });
  const waits = new WaitKeeper({ store, clock, host, pollMs });
  const revocations = new RevocationWatch({ store, hand, events, clock, host });
  const executor = new StepExecutor({
    ...{ store, handlers, events, clock, surroundings, host, home, resultBytes, suspends, env, mask },
  });
  const news = new LateNews({ store, reporter });
  const settler = new Settler({
    ...{ store, hand, delayed, waits, reporter, news, host, clock, random },
    connections: settleConnections,
  });
  const inside = new TransactionalSettler({ settler, hand, host, news, reporter, clock, random });
  const transactional = new TransactionalSteps({ store, clock, host, executor, settler, inside, places });
  const runner = new StepRunner({ executor, transactional });
  const dispatcher = new Dispatcher({
    ...{ store, hand, lanes, clock, concurrency, host, plans, runner, settler, reporter, revocations },
    engineSteps: new EngineSteps({ store, clock, host, mask, resultBytes }),
  });
  settler.continuations = dispatcher;
  inside.continuations = dispatcher;
  const timers = new BudgetTimers({
    ...{ store, clock, events, log, plans, endings, host, pollMs },
    // Where there are templates above level 1, the engine has lanes.
    areNeeded: () => lanes.ofEngine.ids().length > 0,
  });
  const rescuer = new Rescuer({ store, clock, events, log, reporter, random, plans, delayed, host, level });
  const reconciler = new Reconciler({ store, hand, settler, inside, dispatcher, reporter, revocations, host });
  const recovery = new Recovery({
    ...{ clock, log, reconciler, settler, inside, dispatcher, hand, news, worker },
    settleDownMs: leaseMs,
  });
  return { level, endings, hand, lanes, dispatcher, settler, delayed, waits, timers, rescuer, recovery, revocations };
}
