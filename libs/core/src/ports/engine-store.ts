import type { StepState } from '../step/step-state';
import type { TaskState } from '../task/task-state';
import type { CreateBatch, CreatedTask } from './task-creation';
import type { SettlementBatch, SettlementReceipt } from './settlement';

/** A worker as it announces itself. */
export interface NewWorker {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly lanes: readonly number[];
  readonly concurrency: number;
  readonly leaseMs: number;
}

/** One lane of the queue per named queue and handler. */
export interface Lane {
  readonly id: number;
  readonly queue: string;
  readonly handler: string;
}

export interface Heartbeat {
  readonly workerId: number;
  readonly leaseMs: number;
  readonly running: number;
  readonly draining: boolean;
  readonly lanes: readonly number[];
  /** Raises the floor under the worker's tasks; null leaves it. Never raise it while a claim or creation is in flight. */
  readonly minTaskId: string | null;
}

export interface HeartbeatAnswer {
  /** False: declared lost. Nothing this worker holds may be settled any more. */
  readonly alive: boolean;
  /** Place of this worker among the live ones, from 0, and their number: decides who wakes on a notification. */
  readonly rank: number;
  readonly workers: number;
}

export interface ClaimRequest {
  readonly workerId: number;
  readonly lanes: readonly number[];
  /** Per lane the sequence below which nothing is left, or '0'. */
  readonly fromSeq: readonly string[];
  readonly limit: number;
}

/** A step in this worker's hands, in state in_progress. */
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
  /** True when this claim took the task from pending to in_progress. */
  readonly began: boolean;
  /** Database time of the claim, epoch milliseconds. */
  readonly startedAt: number;
  readonly waitedMs: number;
  /** Lane and sequence in the queue; null when the step did not come from it. */
  readonly queued: { readonly laneId: number; readonly seq: string } | null;
}

export interface PromotedSteps {
  readonly promoted: readonly (StepKey & { readonly templateId: number; readonly correlationId: string })[];
  readonly lanes: readonly number[];
  /** Milliseconds until the next delayed step is due; null when there is none. */
  readonly nextDueMs: number | null;
  readonly at: number;
}

/** Steps were queued for whoever can run them. */
export interface Announcement {
  readonly count: number;
  /** Highest priority among them. */
  readonly priority: number;
}

export interface StepKey {
  readonly taskId: string;
  readonly position: number;
}

/** What a running step must match for a write of its worker to count. */
export interface StepFence extends StepKey {
  readonly workerId: number;
  readonly attempt: number;
}

/** Where a step and its task stand now, for a worker that lost an answer. */
export interface StepStanding extends StepKey {
  readonly state: StepState;
  readonly attempt: number;
  readonly workerId: number | null;
  readonly taskState: TaskState;
  /** When it reached the state, epoch milliseconds. */
  readonly at: number;
}

/**
 * The few coarse verbs the engine needs from a store. Each is one transaction: when it returns, it is durable; when it
 * throws a `StoreUnavailableError`, it may or may not have happened.
 */
export interface EngineStore {
  registerWorker(worker: NewWorker): Promise<number>;
  heartbeat(beat: Heartbeat): Promise<HeartbeatAnswer>;
  /** Removes the worker's row; it must hold nothing. */
  retireWorker(workerId: number): Promise<void>;

  /** All lanes there are; few. */
  lanes(): Promise<readonly Lane[]>;

  create(batch: CreateBatch): Promise<CreatedTask[]>;
  /** Steps by rank, then age; fewer than asked means the lanes are empty, or what is left is being taken by others. */
  claim(request: ClaimRequest): Promise<ClaimedStep[]>;
  /** @throws {StaleOutcomesError} some outcomes are not this worker's any more; nothing was recorded */
  settle(batch: SettlementBatch): Promise<SettlementReceipt>;
  /** @returns false when the fence refused: the step is not this attempt's any more */
  saveCheckpoint(fence: StepFence, checkpoint: string): Promise<boolean>;
  promoteDelayed(limit: number): Promise<PromotedSteps>;
  /** JSON texts in the order of the keys; null where there is no result. */
  results(keys: readonly StepKey[]): Promise<(string | null)[]>;

  /** Runs `work` when no other process runs it now; false when another one does. */
  exclusively(lock: 'rescue' | 'maintenance', work: () => Promise<void>): Promise<boolean>;
  /** Declares workers whose lease ended as lost and returns every lost worker that still has a row. */
  declareLost(): Promise<number[]>;
  /** Every step in the worker's hands, at most `limit`, by task and position. */
  heldSteps(workerId: number, limit: number): Promise<ClaimedStep[]>;
  standings(keys: readonly StepKey[]): Promise<StepStanding[]>;
  /** Housekeeping that one process does for all, such as making room for history. */
  maintain(): Promise<void>;

  /** Tells other workers that steps were queued. At most one notification per few milliseconds reaches the database. */
  announce(queued: Announcement): void;
  /** Calls back for every announcement, and with null when some may have been missed (the connection was lost). */
  listen(onAnnounced: (queued: (Announcement & { readonly ticket: number }) | null) => void): Promise<void>;
}
