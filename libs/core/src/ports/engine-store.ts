import type { SettlementBatch } from '../rules/settlement/settlement-batch';
import type { StepState } from '../rules/states/step-state';
import type { TaskState } from '../rules/states/task-state';
import type { CreateBatch, CreatedTask } from './task-creation';
import type { SettlementReceipt } from './settlement';

/** A worker as it announces itself. @public */
export interface NewWorker {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly lanes: readonly number[];
  readonly concurrency: number;
  readonly leaseMs: number;
}

/** One lane of the queue per named queue and handler. @public */
export interface Lane {
  readonly id: number;
  readonly queue: string;
  readonly handler: string;
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
  /** Those that were declared lost and still have a row. */
  readonly lost: readonly number[];
  /** Whether there are others whose lease seems to have ended. */
  readonly doubtful: boolean;
}

/** By what leases are judged: the clock they go by may have leapt. Milliseconds. @public */
export interface LeaseJudgement {
  /** What the clock read at the last look; no lease that ends later has ended. */
  readonly at: number;
  /** Time since it was seen to leap; null: never. Leases longer than that are left alone. */
  readonly sinceLeapMs: number | null;
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
  /** JSON text of fields that replace those of the context for this step; null: none. */
  readonly inputs: string | null;
  /** Acts of operators on the task so far: what this worker knows of a task is out of date once it has changed. */
  readonly lockVersion: number;
  /** True when this claim took the task from pending to in_progress. */
  readonly began: boolean;
  /** Database time of the claim, epoch milliseconds. */
  readonly startedAt: number;
  readonly waitedMs: number;
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

/**
 * The few coarse verbs the engine needs from a store. Each is one transaction: when it returns, it is durable; when it
 * throws a `StoreUnavailableError`, it may or may not have happened.
 *
 * @public
 */
export interface EngineStore {
  registerWorker(worker: NewWorker): Promise<number>;
  heartbeat(beat: Heartbeat): Promise<HeartbeatAnswer>;
  /** Removes the worker's row; it must hold nothing. */
  retireWorker(workerId: number): Promise<void>;

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
  /** @returns false when the fence refused: the step is not this attempt's any more */
  saveCheckpoint(fence: StepFence, checkpoint: string): Promise<boolean>;
  /** Those of a worker's attempts that are not its own any more, in no order. */
  revoked(workerId: number, attempts: readonly StepAttempt[]): Promise<RevokedStep[]>;
  promoteDelayed(limit: number): Promise<PromotedSteps>;
  /** JSON texts in the order of the keys; null where there is no result. */
  results(keys: readonly StepKey[]): Promise<(string | null)[]>;

  /** Runs `work` when no other process runs it now; false when another one does. */
  exclusively(lock: 'rescue' | 'maintenance', work: () => Promise<void>): Promise<boolean>;
  /** Reads the clock that leases go by, and who is lost or seems to be by it. Changes nothing. */
  lostWorkers(): Promise<LostWorkers>;
  /** Declares workers whose lease ended as lost and returns every lost worker that still has a row. */
  declareLost(judgement: LeaseJudgement): Promise<number[]>;
  /** Every step in the worker's hands, at most `limit`, by task and position. */
  stepsInHand(workerId: number, limit: number): Promise<ClaimedStep[]>;
  /** Those of a worker's attempts that it has settled itself, in no order; the others it has not, or not any more. */
  settledAttempts(workerId: number, attempts: readonly StepAttempt[]): Promise<SettledAttempt[]>;
  /** Housekeeping that one process does for all, such as making room for history. */
  maintain(): Promise<void>;

  /** Tells other workers that steps were queued. At most one notification per few milliseconds reaches the database. */
  announce(queued: Announcement): void;
  /**
   * Calls back for every announcement; with null when it was of something else than steps, such as an act of an operator,
   * and when some may have been missed (the connection was lost).
   */
  listen(onAnnounced: (queued: (Announcement & { readonly ticket: number }) | null) => void): Promise<void>;
}
