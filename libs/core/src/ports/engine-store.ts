import type { StepFailure } from '../rules/settlement/step-failure';
import type { SettlementBatch } from '../rules/settlement/settlement-batch';
import type { TaskPlan } from '../rules/template/task-plan';
import type { StepState } from '../rules/states/step-state';
import type { TaskState } from '../rules/states/task-state';
import type { CreateBatch, CreatedTask } from './task-creation';
import type { SettlementReceipt } from './settlement';
import type { StepTransaction } from './step-transaction';
import type { WaitStore } from './wait-store';

/** A worker as it announces itself. @public */
export interface NewWorker {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly lanes: readonly number[];
  readonly concurrency: number;
  readonly leaseMs: number;
  /** The highest engine level it understands. */
  readonly level: number;
}

/** One lane of the queue per named queue, handler and engine level. @public */
export interface Lane {
  readonly id: number;
  readonly queue: string;
  readonly handler: string;
  /** The engine level of the templates whose steps lie in it. */
  readonly level: number;
}

/** A worker renews its lease and tells how it is. @public */
export interface Heartbeat {
  readonly workerId: number;
  readonly leaseMs: number;
  readonly running: number;
  readonly draining: boolean;
  readonly lanes: readonly number[];
  /** Raises the floor under the worker's tasks; null leaves it. Never raise it while a claim or creation is in flight. */
  readonly minTaskId: string | null;
}

/** What a worker learns from its heartbeat. @public */
export interface HeartbeatAnswer {
  /** False: declared lost. Nothing this worker holds may be settled any more. */
  readonly alive: boolean;
  /** Place of this worker, from 0, among the live ones that serve the same lanes: decides who wakes on an announcement. */
  readonly rank: number;
  /** How many of those there are, this one included: 1 or more. */
  readonly workers: number;
  /** How many other live workers there are, whatever they serve. */
  readonly others: number;
  /** An operator wants this worker to take no more steps. */
  readonly drain: boolean;
}

/** What a look at the leases of all workers shows. @public */
export interface LostWorkers {
  /** What the clock that leases go by read, epoch milliseconds. */
  readonly at: number;
  /** Those that were declared lost and whose steps are to be taken over: at once, and once more a lease later. */
  readonly lost: readonly number[];
  /** Whether there are others whose lease seems to have ended. */
  readonly doubtful: boolean;
  /** The server crashed, and may have forgotten claims: nothing is claimed until every live worker is sure of its steps. */
  readonly claimsHeld: boolean;
  /** Whether the worker that asks is: it has called `resumeClaims` since. */
  readonly sure: boolean;
}

/** By what leases are judged: the clock they go by may have leapt. Milliseconds. @public */
export interface LeaseJudgement {
  /** What the clock read at the last look; no lease that ends later has ended. */
  readonly at: number;
  /** Time since it was seen to leap; null: never. Leases longer than that are left alone. */
  readonly sinceLeapMs: number | null;
  /** The highest engine level that the judge understands: workers of a higher one are others' to judge. */
  readonly level: number;
  /** Time for which it is known not to have leapt. A renewal in the future was before a leap back: when it is older than that, its worker is dead. */
  readonly steadyMs: number;
}

/** How many steps a worker wants, and from where. @public */
export interface ClaimRequest {
  readonly workerId: number;
  readonly lanes: readonly number[];
  /** Per lane the sequence below which nothing is left, or '0'. */
  readonly fromSeq: readonly string[];
  readonly limit: number;
}

/** A step in this worker's hands, in state in_progress. @public */
export interface ClaimedStep {
  readonly taskId: string;
  readonly position: number;
  readonly templateId: number;
  readonly attempt: number;
  readonly priority: number;
  readonly correlationId: string;
  readonly traceParent: string | null;
  readonly bypass: readonly number[];
  /** JSON text, parsed only when a handler looks. */
  readonly context: string;
  /** JSON text an earlier attempt saved; null: nothing. */
  readonly checkpoint: string | null;
  /** Attempts that do not count against the retry limit: an operator ran the step again after them. */
  readonly granted: number;
  /** How often an operator has rerun the step. */
  readonly generation: number;
  /** Its condition held: it is not asked again. Default false. */
  readonly admitted?: boolean;
  /** Parents that ran, as its row counts them for a join in a graph that branches; absent where it came from the queue. */
  readonly ran?: number | undefined;
  /** JSON text of fields that replace those of the context for this step; null: none. */
  readonly inputs: string | null;
  /** Acts of operators on the task so far: what this worker knows of a task is out of date once it has changed. */
  readonly lockVersion: number;
  /** True when this claim took the task from pending to in_progress. */
  readonly began: boolean;
  /** Database time of the claim, epoch milliseconds. */
  readonly startedAt: number;
  readonly waitedMs: number;
  /** When the task was requested: database time, epoch milliseconds. */
  readonly requestedAt: number;
  /** Lane and sequence in the queue; null when the step did not come from it. */
  readonly queued: { readonly laneId: number; readonly seq: string } | null;
}

/** Delayed steps that were due and are queued now. @public */
export interface PromotedSteps {
  readonly promoted: readonly (StepKey & { readonly templateId: number; readonly correlationId: string })[];
  /** Milliseconds until the next delayed step is due; null when there is none. */
  readonly nextDueMs: number | null;
  readonly at: number;
}

/** Steps were queued for whoever can run them. @public */
export interface Announcement {
  readonly count: number;
  /** Highest priority among them. */
  readonly priority: number;
}

/** Which step of which task. @public */
export interface StepKey {
  readonly taskId: string;
  readonly position: number;
}

/** What a running step must match for a write of its worker to count. @public */
export interface StepFence extends StepKey {
  readonly workerId: number;
  readonly attempt: number;
}

/** A step whose time is over. @public */
export interface ExpiredStep {
  readonly position: number;
  readonly attempt: number;
  readonly error: StepFailure;
}

/** Steps of one task that ended because a time was over. @public */
export interface ExpiredSteps {
  readonly taskId: string;
  readonly templateId: number;
  readonly correlationId: string;
  readonly steps: readonly ExpiredStep[];
  /** What the task ended in with it; null: it goes on. */
  readonly ended: TaskState | null;
  readonly at: number;
}

/** What firing timers has brought about. @public */
export interface FiredTimers {
  readonly expired: readonly ExpiredSteps[];
  /** Milliseconds until the next timer is due; null when there is none. */
  readonly nextDueMs: number | null;
}

/** How far a running step says it is. @public */
export interface StepProgress {
  /** From 0 to 1. */
  readonly fraction: number;
  readonly note: string | null;
}

/** One run of a step. @public */
export interface StepAttempt extends StepKey {
  readonly attempt: number;
}

/** An attempt an operator took from its worker. @public */
export interface RevokedStep extends StepAttempt {
  /** State the step has now; null when its task is gone. */
  readonly state: StepState | null;
  readonly actor: string | null;
  readonly reason: string | null;
}

/** An attempt that its worker settled, for a worker that lost the answer. @public */
export interface SettledAttempt extends StepAttempt {
  /** What the same settlement ended its task in; null when it did not. */
  readonly ended: TaskState | null;
  /** When it was settled, epoch milliseconds. */
  readonly at: number;
}

/** Something happened to the connections after which what is remembered is to be compared with the rows. @public */
export interface ConnectionLoss {
  readonly cause: Error;
  /**
   * True: the database goes on from another point of its history, as after a failover to a standby that had not got
   * everything. What it has acknowledged may be gone.
   */
  readonly rewound: boolean;
}

/** What expressions may read of a task besides what comes with its steps. @public */
export interface TaskFacts {
  readonly tags: readonly string[];
  readonly initiator: string | null;
}

/** What there is to tell of a task that has ended. @public */
export interface TaskEnding {
  readonly taskId: string;
  /** From the request to the end. */
  readonly durationMs: number;
  /** Steps that are complete, skipped or resolved. */
  readonly completed: number;
  /** Steps in error, or cancelled. */
  readonly failed: number;
  /** The last failure that was final, of a task in error. */
  readonly lastFailure: { readonly position: number; readonly attempt: number; readonly error: StepFailure } | null;
}

/**
 * The few coarse verbs the engine needs from a store. Each is one transaction: when it returns, it is durable; when it
 * throws a `StoreUnavailableError`, it may or may not have happened.
 *
 * @public
 */
export interface EngineStore extends WaitStore {
  registerWorker(worker: NewWorker): Promise<number>;
  heartbeat(beat: Heartbeat): Promise<HeartbeatAnswer>;
  /** Removes the worker's row, unless steps are in its name: then others take them. @returns whether it is gone */
  retireWorker(workerId: number): Promise<boolean>;

  /** What tells this store from all others, in keys that steps give to other systems. */
  installation(): Promise<string>;
  /** All lanes there are; few. */
  lanes(): Promise<readonly Lane[]>;

  create(batch: CreateBatch): Promise<CreatedTask[]>;
  /** Steps by rank, then age; fewer than asked means the lanes are empty, or what is left is being taken by others. */
  claim(request: ClaimRequest): Promise<ClaimedStep[]>;
  /**
   * @throws {StaleOutcomesError} some outcomes are not their worker's any more; nothing was recorded
   * @throws {WorkerLostError} every worker of the batch has lost its lease; nothing was recorded
   */
  settle(batch: SettlementBatch): Promise<SettlementReceipt>;
  /** Begins a transaction for one attempt of a transactional step; at most `transactionalConnections` at once. */
  beginStep(): Promise<StepTransaction>;
  /** @returns false when the fence refused: the step is not this attempt's any more */
  saveCheckpoint(fence: StepFence, checkpoint: string): Promise<boolean>;
  /** Those of a worker's attempts that are not its own any more, in no order. */
  revoked(workerId: number, attempts: readonly StepAttempt[]): Promise<RevokedStep[]>;
  /** The same for how far a running step says it is. */
  saveProgress(fence: StepFence, progress: StepProgress): Promise<boolean>;
  /** Fires timers that are due: ends steps, and tasks, whose time is over. @param find compiled templates */
  fireTimers(limit: number, find: (templateId: number) => TaskPlan | Promise<TaskPlan>): Promise<FiredTimers>;
  promoteDelayed(limit: number): Promise<PromotedSteps>;
  /** JSON texts in the order of the keys; null where there is no result. */
  results(keys: readonly StepKey[]): Promise<(string | null)[]>;

  /** What expressions may read of a task; undefined when it is gone. */
  taskFacts(taskId: string): Promise<TaskFacts | undefined>;
  /** What there is to tell of tasks that have ended, in no order; none of those that are gone by now. */
  taskEndings(taskIds: readonly string[]): Promise<TaskEnding[]>;

  /**
   * Runs `work` when no other process runs it now; false when another one does. A rescue that says nothing for a third of
   * a lease gives the lock to others: `goesOn` says that it does.
   */
  exclusively(lock: 'rescue' | 'maintenance', work: (goesOn: () => Promise<void>) => Promise<void>): Promise<boolean>;
  /**
   * Reads the clock that leases go by, and who is lost or seems to be by it, of workers of this engine level or below.
   * Changes nothing.
   */
  lostWorkers(workerId: number, level: number): Promise<LostWorkers>;
  /** Takes steps again, under the same attempt, whose claim the server forgot; those that still wait. */
  reclaim(workerId: number, attempts: readonly StepAttempt[]): Promise<void>;
  /** The worker (null: nobody) has compared its steps with the rows. Claims go on when every live one has. */
  resumeClaims(workerId: number | null): Promise<void>;
  /** Declares workers whose lease ended as lost and returns every lost worker whose steps are to be taken over. */
  declareLost(judgement: LeaseJudgement): Promise<number[]>;
  /**
   * What a lost worker had was taken over. Its row goes a lease later, when no statement of its own can commit any more.
   *
   * @returns whether this is the first time
   */
  rescuedWorker(workerId: number): Promise<boolean>;
  /** The clock of the database has leapt: for whoever judges what is recorded by its times. */
  noteLeap(at: number, leapMs: number): Promise<void>;
  /** Every step in the worker's hands, at most `limit`, by task and position. */
  stepsInHand(workerId: number, limit: number): Promise<ClaimedStep[]>;
  /** Those of a worker's attempts that it has settled itself, in no order; the others it has not, or not any more. */
  settledAttempts(workerId: number, attempts: readonly StepAttempt[]): Promise<SettledAttempt[]>;
  /** Housekeeping that one process does for all, such as making room for history. */
  maintain(): Promise<void>;

  /** Tells other workers that steps were queued. At most one notification per few milliseconds reaches the database. */
  announce(queued: Announcement): void;
  /** Calls back whenever a connection of the engine broke, also with nothing under way on it. */
  onLoss(heard: (loss: ConnectionLoss) => void): void;
  /**
   * Calls back for every announcement; with null when it was of something else than steps, such as an act of an operator,
   * and when some may have been missed (the connection was lost).
   */
  listen(onAnnounced: (queued: (Announcement & { readonly ticket: number }) | null) => void): Promise<void>;
}
