import { isGraphBatch } from '@tasker/core';
import type {
  Announcement,
  ClaimedStep,
  ClaimRequest,
  ConnectionLoss,
  CreateBatch,
  CreatedTask,
  EngineStore,
  FiredTimers,
  Heartbeat,
  HeartbeatAnswer,
  Lane,
  LeaseJudgement,
  LostWorkers,
  NewSignal,
  NewTask,
  NewWorker,
  PromotedSteps,
  RevokedStep,
  SettlementBatch,
  SentSignals,
  SettlementReceipt,
  StepAttempt,
  StepFence,
  StepKey,
  StepProgress,
  StepTransaction,
  SettledAttempt,
  TaskEnding,
  TaskFacts,
  TaskPlan,
  TaskTemplateDefinition,
  WaitKey,
  WokenWaits,
  StepWait,
} from '@tasker/core';
import { readStoreError } from '../database/store-errors';
import type { TaskerDatabase } from '../database/tasker-database';
import { fireTimers } from '../budgets/fire-timers';
import { beginStep } from '../transactional/postgres-step-transaction';
import { plainDatabase, type OpenDatabase } from '../transactional/step-database';
import { TemplateStore, type OnTemplateChange } from '../templates/template-store';
import { AnnouncementListener, type Announced } from './announcement-listener';
import { Announcer } from './announcer';
import { saveCheckpoint } from './checkpoint';
import { claim, stepsInHand } from './claim';
import { create, createInTransaction, type RunInTransaction } from './create';
import { exclusively, type ExclusiveWork } from './exclusively';
import { installation } from './installation';
import { saveProgress } from './progress';
import { promoteDelayed } from './promote-delayed';
import { reclaim, resumeClaims } from './reclaim';
import { results } from './results';
import { revoked } from './revoked';
import { settle } from './settle';
import { settleGraph } from './settle-graph';
import { settledAttempts } from './settled-attempts';
import { taskEndings } from './task-endings';
import { readWaits, wakeWaits } from '../waits/read-waits';
import { matchSentSignals, pruneSignals, recordSignals, sendSignals } from '../waits/signals';
import { taskFacts } from './task-facts';
import { declareLost, heartbeat, lostWorkers, registerWorker, rescuedWorker, retireWorker } from './worker-lease';

/** Partitions of the history that are made ahead, weeks. */
const WEEKS_AHEAD = 4;
/** Most of each kind that one turn takes away. */
const PRUNED_SIGNALS = 10_000;

/** The engine's store on PostgreSQL: which verb runs over which connection, and nothing else. @public */
export class PostgresEngineStore implements EngineStore {
  private readonly templates: TemplateStore;
  private readonly settlers: { readonly connection: TaskerDatabase['claimer']; busy: boolean }[];
  private readonly announcer: Announcer;
  private readonly listener: AnnouncementListener;
  private openDatabase = plainDatabase;

  constructor(private readonly database: TaskerDatabase) {
    const { channel, control, listener } = database;
    this.templates = new TemplateStore(database);
    this.settlers = database.settlers.map((connection) => ({ connection, busy: false }));
    this.announcer = new Announcer(async (text) => {
      await database.run(control, 'engine/announce-alone', [channel, text]);
    });
    this.listener = new AnnouncementListener(listener, channel);
  }

  /** See {@link TemplateStore.register}. */
  registerTemplates(definitions: readonly TaskTemplateDefinition[], onChange: OnTemplateChange): Promise<TaskPlan[]> {
    return this.templates.register(definitions, onChange);
  }

  /** @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND */
  loadPlan(templateId: number): Promise<TaskPlan> {
    return this.templates.load(templateId);
  }

  registerWorker(worker: NewWorker): Promise<number> {
    return registerWorker(this.database, worker);
  }

  heartbeat(beat: Heartbeat): Promise<HeartbeatAnswer> {
    return heartbeat(this.database, beat);
  }

  retireWorker(workerId: number): Promise<boolean> {
    return retireWorker(this.database, workerId);
  }

  rescuedWorker(workerId: number): Promise<boolean> {
    return rescuedWorker(this.database, workerId);
  }

  installation(): Promise<string> {
    return installation(this.database);
  }

  async lanes(): Promise<readonly Lane[]> {
    return (await this.database.run<Lane>(this.database.control, 'engine/lanes', [])).rows;
  }

  create(batch: CreateBatch): Promise<CreatedTask[]> {
    return create(this.database, batch);
  }

  /** Creates tasks inside the caller's transaction: nothing is visible or announced unless that commits. */
  createInTransaction(run: RunInTransaction, tasks: readonly NewTask[]): Promise<CreatedTask[]> {
    const told: RunInTransaction = (sql, values) =>
      run(sql, values).catch((error: unknown) => {
        throw readStoreError(error).error;
      });
    return createInTransaction(this.database, told, tasks);
  }

  claim(request: ClaimRequest): Promise<ClaimedStep[]> {
    return claim(this.database, request);
  }

  async settle(batch: SettlementBatch): Promise<SettlementReceipt> {
    const slot = this.settlers.find(({ busy }) => !busy) ?? this.settlers[0];
    if (!slot) throw new RangeError('settleConnections must be at least 1');
    slot.busy = true;
    try {
      const { connection } = slot;
      if (isGraphBatch(batch)) return await settleGraph(this.database, connection, batch);
      return await settle(this.database, connection, batch);
    } finally {
      slot.busy = false;
    }
  }

  /** What handlers of transactional steps write with from now on. */
  useStepDatabases(open: OpenDatabase): void {
    this.openDatabase = open;
  }

  beginStep(): Promise<StepTransaction> {
    return beginStep(this.database, this.openDatabase);
  }

  saveCheckpoint(fence: StepFence, checkpoint: string): Promise<boolean> {
    return saveCheckpoint(this.database, fence, checkpoint);
  }

  saveProgress(fence: StepFence, progress: StepProgress): Promise<boolean> {
    return saveProgress(this.database, fence, progress);
  }

  fireTimers(limit: number, find: (templateId: number) => TaskPlan | Promise<TaskPlan>): Promise<FiredTimers> {
    return fireTimers(this.database, limit, find);
  }

  revoked(workerId: number, attempts: readonly StepAttempt[]): Promise<RevokedStep[]> {
    return revoked(this.database, workerId, attempts);
  }

  promoteDelayed(limit: number): Promise<PromotedSteps> {
    return promoteDelayed(this.database, limit);
  }

  results(keys: readonly StepKey[]): Promise<(string | null)[]> {
    return results(this.database, keys);
  }

  taskFacts(taskId: string): Promise<TaskFacts | undefined> {
    return taskFacts(this.database, taskId);
  }

  taskEndings(taskIds: readonly string[]): Promise<TaskEnding[]> {
    return taskEndings(this.database, taskIds);
  }

  waits(keys: readonly WaitKey[]): Promise<(StepWait | null)[]> {
    return readWaits(this.database, keys);
  }

  wakeWaits(limit: number): Promise<WokenWaits> {
    return wakeWaits(this.database, limit);
  }

  sendSignals(signals: readonly NewSignal[], keptSignals: number): Promise<SentSignals> {
    return sendSignals(this.database, signals, keptSignals);
  }

  /** Records signals inside the caller's transaction: they are sent after that has committed. */
  recordSignals(run: RunInTransaction, signals: readonly NewSignal[]): Promise<void> {
    return recordSignals(this.database, run, signals);
  }

  matchSentSignals(limit: number): Promise<{ matched: number; woken: number }> {
    return matchSentSignals(this.database, limit);
  }

  exclusively(lock: 'rescue' | 'maintenance', work: ExclusiveWork): Promise<boolean> {
    return exclusively(this.database, lock, work);
  }

  lostWorkers(workerId: number, level: number): Promise<LostWorkers> {
    return lostWorkers(this.database, workerId, level);
  }

  reclaim(workerId: number, attempts: readonly StepAttempt[]): Promise<void> {
    return reclaim(this.database, workerId, attempts);
  }

  resumeClaims(workerId: number | null): Promise<void> {
    return resumeClaims(this.database, workerId);
  }

  declareLost(judgement: LeaseJudgement): Promise<number[]> {
    return declareLost(this.database, judgement);
  }

  async noteLeap(at: number, leapMs: number): Promise<void> {
    await this.database.run(this.database.control, 'engine/note-leap', [at, leapMs]);
  }

  stepsInHand(workerId: number, limit: number): Promise<ClaimedStep[]> {
    return stepsInHand(this.database, workerId, limit);
  }

  settledAttempts(workerId: number, attempts: readonly StepAttempt[]): Promise<SettledAttempt[]> {
    return settledAttempts(this.database, workerId, attempts);
  }

  async maintain(): Promise<void> {
    await this.database.run(this.database.control, 'engine/make-room-for-history', [WEEKS_AHEAD]);
    await pruneSignals(this.database, PRUNED_SIGNALS);
  }

  onLoss(heard: (loss: ConnectionLoss) => void): void {
    this.database.timeline.onLoss(heard);
  }

  announce(queued: Announcement): void {
    this.announcer.announce(queued);
  }

  async listen(onAnnounced: (announced: Announced | null) => void): Promise<void> {
    if (this.database.keepsSessions) await this.listener.start(onAnnounced);
  }

  /** Announces and listens no more; the connections are the database's to close. */
  close(): Promise<void> {
    this.announcer.close();
    this.listener.close();
    return Promise.resolve();
  }
}
