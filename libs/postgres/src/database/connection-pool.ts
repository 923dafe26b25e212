import type { Client } from 'pg';
import type { Connection } from './connection';
import { Lender } from './lender';
import { watched, type SilenceProbe } from './silence-watch';
import { WaitingLine, type WaitingLimits } from './waiting-line';

/** What a pool is made of. */
export interface PoolSettings {
  readonly schema: string;
  /** Most connections. */
  readonly size: number;
  readonly limits: WaitingLimits;
  readonly open: () => Connection;
  readonly probe: SilenceProbe;
}

/** A client for somebody who speaks to the driver himself. */
export interface LentClient {
  readonly client: Client;
  /** @param broken whether the session should not be used again */
  readonly release: (broken: boolean) => void;
}

/** How a pool stands. @public */
export interface PoolCounts {
  readonly busy: number;
  /** Open, and lent to nobody. */
  readonly idle: number;
  /** Requests that wait for a connection. */
  readonly waiting: number;
}

/** A few connections that everybody shares who is not the engine; who comes when all are busy waits in a line. @public */
export class ConnectionPool extends Lender {
  private readonly all: readonly Connection[];
  /** The one lent last is on top, so that no more are opened than are needed at once. */
  private readonly free: Connection[];
  private readonly line: WaitingLine;
  private readonly probe: SilenceProbe;

  constructor({ schema, size, limits, open, probe }: PoolSettings) {
    super(schema);
    this.probe = probe;
    this.all = Array.from({ length: size }, open);
    this.free = [...this.all];
    this.line = new WaitingLine(size, limits);
  }

  /** How it stands at the moment. */
  get counts(): PoolCounts {
    const { inside, waiting } = this.line.counts;
    return { busy: inside, idle: this.free.filter(({ isOpen }) => isOpen).length, waiting };
  }

  /** How many connections it may have. */
  get size(): number {
    return this.all.length;
  }

  /** @param isLong whether the work may take long; default: what its caller says */
  override use<T>(work: (connection: Connection) => Promise<T>, isLong?: boolean): Promise<T> {
    return this.line.within(async () => {
      const connection = this.take();
      try {
        return await watched(connection, this.probe, () => work(connection));
      } finally {
        this.free.push(connection);
      }
    }, isLong);
  }

  /** @throws {Error} TSK_SATURATED, or StoreUnavailableError */
  async lend(): Promise<LentClient> {
    const leave = await this.line.enter();
    const connection = this.take();
    const giveBack = (): void => {
      this.free.push(connection);
      leave();
    };
    try {
      const client = await connection.open();
      const release = (broken: boolean): void => {
        if (broken) void connection.discard();
        giveBack();
      };
      return { client, release };
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((connection) => connection.close()));
  }

  private take(): Connection {
    const connection = this.free.pop();
    if (!connection) throw new RangeError('more were let in than there are connections');
    return connection;
  }
}

/** Another way to a pool, that only one at a time may take: for work that nobody waits for. @public */
export class BackgroundLane extends Lender {
  private readonly line: WaitingLine;

  constructor(
    private readonly pool: ConnectionPool,
    schema: string,
    limits: WaitingLimits,
  ) {
    super(schema);
    this.line = new WaitingLine(1, limits);
  }

  override use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    // Of two connections one is for this and the other for everybody who asks.
    return this.line.within(() => this.pool.use(work, this.pool.size > 2));
  }
}

/** A connection that is kept for something else as well, taken by one at a time. @public */
export class SharedLane extends Lender {
  private readonly line: WaitingLine;

  constructor(
    private readonly connection: () => Connection,
    schema: string,
    limits: WaitingLimits,
  ) {
    super(schema);
    this.line = new WaitingLine(1, limits);
  }

  override use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.line.within(() => work(this.connection()));
  }
}
