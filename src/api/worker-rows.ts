import { Inject, Injectable } from '@nestjs/common';
import { ReadSession } from '@tasker/postgres';
import type { DataSource } from 'typeorm';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_DATA_SOURCE, TASKER_OPTIONS } from '../tasker.constants';

/** A process that runs steps. @internal */
export interface WorkerDocument {
  readonly id: number;
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly alive: boolean;
  readonly draining: boolean;
  readonly concurrency: number;
  readonly running: number;
  readonly handlers: readonly string[];
  readonly queues: readonly string[];
  readonly startedAt: Date;
  readonly heartbeatAt: Date;
  readonly leaseExpiresAt: Date;
  readonly lostAt: Date | null;
}

/** No parameters. Newest first; one that has stopped in good order has no row any more. */
const LIST = `select w.id, w.name, w.host, w.pid, w.version,
       w.lost_at is null and w.lease_expires_at > now() as alive, w.draining or w.drain_requested as draining,
       w.concurrency, w.running,
       array(select distinct l.handler from tasker.lanes l where l.id = any (w.lanes) order by 1) as handlers,
       array(select distinct l.queue from tasker.lanes l where l.id = any (w.lanes) order by 1) as queues,
       w.started_at as "startedAt", w.heartbeat_at as "heartbeatAt", w.lease_expires_at as "leaseExpiresAt",
       w.lost_at as "lostAt"
  from tasker.workers w order by w.id desc`;

/** No parameters. Lanes that live workers claim from. */
const SERVED = `select l.queue, l.handler from tasker.lanes l
 where exists (select 1 from tasker.workers w
                where w.lost_at is null and w.lease_expires_at > now() and not w.draining and not w.drain_requested
                  and l.id = any (w.lanes))`;

/** Workers as the database knows them. @internal */
@Injectable()
export class WorkerRows {
  private readonly session: ReadSession;

  constructor(
    @Inject(TASKER_DATA_SOURCE) dataSource: DataSource,
    @Inject(TASKER_OPTIONS) { database }: ResolvedTaskerOptions,
  ) {
    this.session = new ReadSession((sql, values) => dataSource.query(sql, values), database.schema);
  }

  /** Newest first. */
  list(): Promise<WorkerDocument[]> {
    return this.session.rows<WorkerDocument>(LIST, []);
  }

  /** @returns whether a live worker takes steps with this handler from this queue */
  async served(): Promise<(queue: string, handler: string) => boolean> {
    const rows = await this.session.rows<{ queue: string; handler: string }>(SERVED, []);
    const lanes = new Set(rows.map(({ queue, handler }) => JSON.stringify([queue, handler])));
    return (queue, handler) => lanes.has(JSON.stringify([queue, handler]));
  }
}
