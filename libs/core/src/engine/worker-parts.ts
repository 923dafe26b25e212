import type { HandlerRegistry } from '../handler/handler-registry';
import type { EventBus } from '../events/event-bus';
import type { Clock } from '../ports/clock';
import type { EngineStore, HeartbeatAnswer, PromotedSteps } from '../ports/engine-store';
import type { TaskPlan } from '../rules/template/task-plan';
import { Dispatcher } from './dispatcher';
import type { EngineLog } from './engine-log';
import type { EngineOptions } from './engine-options';
import { Hand } from './hand';
import { LaneTable } from './lane-table';
import { Lease, type LeaseDeps } from './lease';
import { Reconciler } from './reconciler';
import { Recovery } from './recovery';
import { Rescuer } from './rescuer';
import { RevocationWatch } from './revocation-watch';
import { Scheduler } from './scheduler';
import { SettlementReporter } from './settlement-reporter';
import { Settler } from './settler';
import { StepExecutor } from './step-executor';
import type { StepSurroundings } from './step-scope';

export interface WorkerDeps {
  readonly store: EngineStore;
  readonly handlers: HandlerRegistry;
  readonly events: EventBus;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: EngineLog;
  readonly surroundings: StepSurroundings;
  readonly options: EngineOptions;
  readonly plan: (templateId: number) => TaskPlan | Promise<TaskPlan>;
  /** True while a creation that claims for this worker is under way. */
  readonly isCreating: () => boolean;
}

/** What the parts tell the worker that owns them. */
export interface WorkerCallbacks {
  readonly workerId: () => number;
  readonly failed: (error: unknown) => void;
  readonly queued: (count: number, priority: number, foreign?: boolean) => void;
  readonly promoted: (steps: PromotedSteps) => void;
  readonly report: LeaseDeps['report'];
  readonly renewed: (answer: HeartbeatAnswer) => void;
  readonly register: () => Promise<void>;
  readonly openUp: () => void;
}

/** The parts of a worker, wired. */
export type WorkerParts = ReturnType<typeof wireWorker>;

/** Makes the parts that run steps and keep the lease, each knowing only what it calls. */
export function wireWorker(deps: WorkerDeps, own: WorkerCallbacks) {
  const { store, clock, events, log, options, plan, random, handlers, surroundings } = deps;
  const { workerId, failed, queued } = own;
  const { resultBytes, concurrency, settleConnections, leaseMs, pollMs } = options;
  const hand = new Hand();
  const lanes = new LaneTable(handlers, options.queues);
  const reporter = new SettlementReporter(events, log, workerId);
  const executor = new StepExecutor({ store, handlers, events, clock, surroundings, workerId, resultBytes });
  const dispatcher = new Dispatcher({
    ...{ store, hand, lanes, clock, workerId, plan, failed, concurrency },
    taken: (steps) => reporter.taken(steps),
    began: (step) => reporter.started(step.task, step.startedAt),
    superseded: (step) => keepers.revocations.superseded(step),
    run: async (step) => settler.add(step, await executor.run(step)),
  });
  const settler: Settler = new Settler({
    ...{ store, hand, dispatcher, reporter, clock, random, workerId, failed, queued },
    connections: settleConnections,
    leaseHolds: () => keepers.lease.holds(),
    rerunIn: (delayMs) => keepers.scheduler.wakeIn(delayMs),
  });
  const keepers: ReturnType<typeof wireKeepers> = wireKeepers(deps, own, {
    hand,
    dispatcher,
    settler,
    reporter,
    leaseMs,
    pollMs,
  });
  return { hand, lanes, dispatcher, settler, ...keepers };
}

interface RunningParts {
  readonly hand: Hand;
  readonly dispatcher: Dispatcher;
  readonly settler: Settler;
  readonly reporter: SettlementReporter;
  readonly leaseMs: number;
  readonly pollMs: number;
}

/** The parts that keep a worker alive and others' work from being lost. */
function wireKeepers(deps: WorkerDeps, own: WorkerCallbacks, parts: RunningParts) {
  const { store, clock, events, log, plan, random } = deps;
  const { workerId, failed, queued, report, renewed, promoted, register, openUp } = own;
  const { hand, dispatcher, settler, reporter, leaseMs, pollMs } = parts;
  const lease = new Lease({
    ...{ store, clock, leaseMs, workerId, failed, report, renewed },
    lost: () => recovery.startOver(),
  });
  const scheduler = new Scheduler({ ...{ store, clock, failed, pollMs, promoted }, polled: () => dispatcher.wake() });
  const rescuer = new Rescuer({
    ...{ store, clock, events, log, reporter, random, plan, failed },
    requeued: (count, delayMs) => {
      queued(count, 0);
      if (delayMs > 0) scheduler.wakeIn(delayMs);
    },
  });
  const reconciler = new Reconciler({ store, hand, settler, dispatcher, reporter, workerId });
  const recovery: Recovery = new Recovery({
    ...{ clock, log, reconciler, settler, dispatcher, hand, register, openUp },
    isQuiet: () => !settler.isWriting && !dispatcher.isClaiming && !deps.isCreating(),
    renew: () => lease.renew(),
    settleDownMs: leaseMs,
  });
  const revocations = new RevocationWatch({ store, hand, events, clock, workerId, failed });
  return { lease, scheduler, rescuer, recovery, revocations };
}
