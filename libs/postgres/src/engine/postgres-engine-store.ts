import type {
  Announcement,
  ClaimedStep,
  ClaimRequest,
  CreateBatch,
  CreatedTask,
  EngineStore,
  Heartbeat,
  HeartbeatAnswer,
  Lane,
  NewTask,
  NewWorker,
  PromotedSteps,
  RevokedStep,
  SettlementBatch,
  SettlementReceipt,
  StepAttempt,
  StepFence,
  StepKey,
  StepStanding,
  TaskPlan,
  TaskTemplateDefinition,
} from '@tasker/core';
import type { QueryResult, QueryResultRow } from 'pg';
import { Announcer } from './announcer';
import { AnnouncementListener, type Announced } from './announcement-listener';
import { bigints, integers, smallints } from '../database/binary-array';
import { createParameters } from './create';
import { EngineConnection } from '../database/connection';
import {
  readClaimed,
  readPromoted,
  readReceipt,
  readRevoked,
  readStanding,
  type PromotedRow,
  type ReceiptRow,
  type RevokedRow,
  type StandingRow,
  type StepRow,
} from './row-readers';
import { settleParameters } from './settle';
import { Statements } from '../database/statements';
import { createInTransaction, type RunInTransaction } from './create-in-transaction';
import type { StoreOptions } from '../database/store-options';
import { TemplateStore, type OnTemplateChange } from '../templates/template-store';

/**
 * The engine's store on PostgreSQL. Its own few connections, opened on first use: some that settle, one that claims and
 * renews the lease (in that order, so that a floor is never raised over a claim), one that creates, one for the rest.
 *
 * @public
 */
export class PostgresEngineStore implements EngineStore {
  private readonly templates: TemplateStore;
  private readonly statements: Statements;
  private readonly settlers: { connection: EngineConnection; busy: boolean }[];
  private readonly claimer: EngineConnection;
  private readonly creator: EngineConnection;
  private readonly control: EngineConnection;
  private readonly locker: EngineConnection;
  private readonly announcer: Announcer;
  private readonly listener: AnnouncementListener;

  constructor(private readonly options: StoreOptions) {
    const open = () => new EngineConnection({ ...options.connection });
    this.statements = new Statements(options.schema);
    this.settlers = Array.from({ length: options.settleConnections }, () => ({ connection: open(), busy: false }));
    [this.claimer, this.creator, this.control, this.locker] = [open(), open(), open(), open()];
    this.templates = new TemplateStore(
      this.statements,
      (work) => this.control.transaction(work),
      `${options.channel}/templates`,
    );
    this.announcer = new Announcer((text) =>
      this.query(this.control, 'engine/announce', [options.channel, text]).then(() => undefined),
    );
    this.listener = new AnnouncementListener(options.connection.config, options.channel);
  }

  /** See {@link TemplateStore.register}. */
  registerTemplates(definitions: readonly TaskTemplateDefinition[], onChange: OnTemplateChange): Promise<TaskPlan[]> {
    return this.templates.register(definitions, onChange);
  }

  /** @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND */
  loadPlan(templateId: number): Promise<TaskPlan> {
    return this.templates.load(templateId);
  }

  async registerWorker(worker: NewWorker): Promise<number> {
    const { name, host, pid, version, lanes, concurrency, leaseMs } = worker;
    const values = [name, host, pid, version, integers(lanes), concurrency, leaseMs];
    const { rows } = await this.query<{ id: number }>(this.control, 'engine/register-worker', values);
    return (rows[0] as { id: number }).id;
  }

  async heartbeat(beat: Heartbeat): Promise<HeartbeatAnswer> {
    const { workerId, leaseMs, running, draining, lanes, minTaskId } = beat;
    const values = [workerId, leaseMs, running, draining, integers(lanes), minTaskId];
    const { rows } = await this.query<HeartbeatRow>(this.claimer, 'engine/heartbeat', values);
    const { alive, rank, likes, others, drain } = rows[0] as HeartbeatRow;
    return { alive, rank, workers: likes + 1, others, drain };
  }

  async retireWorker(workerId: number): Promise<void> {
    await this.query(this.control, 'engine/retire-worker', [workerId]);
  }

  async lanes(): Promise<readonly Lane[]> {
    return (await this.query<{ id: number; queue: string; handler: string }>(this.control, 'engine/lanes', [])).rows;
  }

  async create(batch: CreateBatch): Promise<CreatedTask[]> {
    const values = createParameters(batch);
    const { rows } = await this.query<{ id: string; duplicate: boolean; at_ms: string }>(
      this.creator,
      'engine/create-tasks',
      values,
    );
    return rows.map((row) => ({ taskId: row.id, duplicate: row.duplicate, at: Number(row.at_ms) }));
  }

  /** Creates tasks inside the caller's transaction: nothing is visible or announced unless that commits. */
  createInTransaction(run: RunInTransaction, tasks: readonly NewTask[]): Promise<CreatedTask[]> {
    return createInTransaction(run, this.statements, this.options.channel, tasks);
  }

  async claim({ workerId, lanes, fromSeq, limit }: ClaimRequest): Promise<ClaimedStep[]> {
    const values = [workerId, integers(lanes), bigints(fromSeq), limit];
    return (await this.query<Required<StepRow>>(this.claimer, 'engine/claim-steps', values)).rows.map(readClaimed);
  }

  async settle(batch: SettlementBatch): Promise<SettlementReceipt> {
    const slot = this.settlers.find((s) => !s.busy) ?? this.settlers[0];
    if (!slot) throw new RangeError('settleConnections must be at least 1');
    slot.busy = true;
    try {
      const { rows } = await this.query<ReceiptRow>(slot.connection, 'engine/settle-steps', settleParameters(batch));
      return readReceipt(rows[0] as ReceiptRow);
    } finally {
      slot.busy = false;
    }
  }

  async saveCheckpoint({ taskId, position, workerId, attempt }: StepFence, checkpoint: string): Promise<boolean> {
    const values = [taskId, position, workerId, attempt, checkpoint];
    return (await this.query(this.control, 'engine/save-checkpoint', values)).rowCount === 1;
  }

  async revoked(workerId: number, attempts: readonly StepAttempt[]): Promise<RevokedStep[]> {
    const values = [workerId, ...keyArrays(attempts), smallints(attempts.map(({ attempt }) => attempt))];
    const { rows } = await this.query<RevokedRow>(this.control, 'engine/revoked-steps', values);
    return rows.map(readRevoked);
  }

  async promoteDelayed(limit: number): Promise<PromotedSteps> {
    const { rows } = await this.query<PromotedRow>(this.claimer, 'engine/promote-delayed', [limit]);
    return readPromoted(rows[0] as PromotedRow);
  }

  async results(keys: readonly StepKey[]): Promise<(string | null)[]> {
    return (await this.query<{ result: string | null }>(this.control, 'engine/step-results', keyArrays(keys))).rows.map(
      (r) => r.result,
    );
  }

  async exclusively(lock: 'rescue' | 'maintenance', work: () => Promise<void>): Promise<boolean> {
    // A lock of the transaction, not of the session: it also holds behind a transaction-mode pooler.
    return this.locker.transaction(async (client) => {
      // A process that stops in the middle (frozen, cut off) would otherwise keep the lock as long as its connection.
      await client.query(`set local idle_in_transaction_session_timeout = ${this.options.connection.answerWithinMs}`);
      // The key stands in the text: a statement with parameters would keep its snapshot, and with it every dead row, until
      // the transaction ends.
      const key = client.escapeLiteral(`${this.options.channel}/${lock}`);
      const { rows } = await client.query<{ mine: boolean }>(
        `select pg_try_advisory_xact_lock(hashtextextended(${key}, 0)) as mine`,
      );
      if (rows[0]?.mine !== true) return false;
      await work();
      return true;
    });
  }

  async declareLost(): Promise<number[]> {
    return (await this.query<{ id: number }>(this.control, 'engine/declare-lost', [])).rows.map((row) => row.id);
  }

  async heldSteps(workerId: number, limit: number): Promise<ClaimedStep[]> {
    return (await this.query<StepRow>(this.control, 'engine/held-steps', [workerId, limit])).rows.map(readClaimed);
  }

  async standings(workerId: number, attempts: readonly StepAttempt[]): Promise<StepStanding[]> {
    const values = [workerId, ...keyArrays(attempts), smallints(attempts.map(({ attempt }) => attempt))];
    const { rows } = await this.query<StandingRow>(this.control, 'engine/step-standings', values);
    return rows.map(readStanding);
  }

  async maintain(): Promise<void> {
    await this.query(this.control, 'engine/make-room-for-history', [4]);
  }

  announce(queued: Announcement): void {
    this.announcer.announce(queued);
  }

  async listen(onAnnounced: (announced: Announced | null) => void): Promise<void> {
    if (this.options.listen) await this.listener.start(onAnnounced);
  }

  async close(): Promise<void> {
    this.announcer.close();
    await this.listener.close();
    const all = [...this.settlers.map((s) => s.connection), this.claimer, this.creator, this.control, this.locker];
    await Promise.all(all.map((connection) => connection.close()));
  }

  private query<R extends QueryResultRow>(
    on: EngineConnection,
    name: string,
    values: unknown[],
  ): Promise<QueryResult<R>> {
    return on.run<R>(name, this.statements.get(name), values);
  }
}

interface HeartbeatRow {
  alive: boolean;
  rank: number;
  likes: number;
  others: number;
  drain: boolean;
}

const keyArrays = (keys: readonly StepKey[]): unknown[] => [
  bigints(keys.map((k) => k.taskId)),
  smallints(keys.map((k) => k.position)),
];
