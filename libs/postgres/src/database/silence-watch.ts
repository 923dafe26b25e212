import type { DatabaseAddress } from './address';
import type { Connection } from './connection';
import { cutClient, endClient, openClient } from './open-client';
import { sqlStateOf } from './store-errors';

/** Work that takes longer is looked after, milliseconds: so often, until it is done. */
const LOOK_EVERY_MS = 5_000;
/** A question that anybody answers who is there. */
const ANSWER_MS = 5_000;

// An answer may have left a moment ago. A server that keeps no track of sessions (track_activities) leaves it open.
const AT_WORK = `select state is null or state in ('active', 'disabled') or state_change > pg_catalog.clock_timestamp() - interval '3 seconds' as busy
  from pg_catalog.pg_stat_activity where pid = $1`;

/** Tells a statement that takes long from an answer that will never come. */
export interface SilenceProbe {
  /** @param pid of the session; undefined: it is not open yet */
  isAtWork(pid: number | undefined): Promise<boolean>;
}

/**
 * Asks over another connection whether the server still works for a session. One that is not there any more, or has
 * answered, or a server that lets nobody in: the line was cut without a word.
 */
export class ServerProbe implements SilenceProbe {
  /**
   * @param applicationName in `pg_stat_activity`
   * @param knowsSessions false behind a pooler, where the number of a session is the pooler's own
   */
  constructor(
    private readonly address: () => DatabaseAddress,
    private readonly applicationName: string,
    private readonly knowsSessions: boolean,
  ) {}

  async isAtWork(pid: number | undefined): Promise<boolean> {
    if (pid === undefined) return true;
    const { applicationName } = this;
    const settings = { applicationName, connectWithinMs: ANSWER_MS, answerWithinMs: ANSWER_MS, pinned: false };
    try {
      const client = await openClient(this.address(), settings);
      try {
        const { rows } = await client.query<{ busy: boolean }>(this.knowsSessions ? AT_WORK : 'select true as busy', [
          ...(this.knowsSessions ? [pid] : []),
        ]);
        return rows[0]?.busy === true;
      } catch (error) {
        cutClient(client);
        throw error;
      } finally {
        void endClient(client);
      }
    } catch (error) {
      // A server that refuses is one that is there.
      return sqlStateOf(error) !== undefined;
    }
  }
}

/** Runs work over a connection, and cuts that when the other side has fallen silent. */
export async function watched<T>(connection: Connection, probe: SilenceProbe, work: () => Promise<T>): Promise<T> {
  let over = false;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const { pid } = connection;
    const atWork = await probe.isAtWork(pid);
    if (over) return;
    if (atWork || connection.pid !== pid) arm();
    else connection.cut();
  };
  const arm = (): void => {
    timer = setTimeout(() => void look(), LOOK_EVERY_MS).unref();
  };
  arm();
  try {
    return await work();
  } finally {
    over = true;
    clearTimeout(timer);
  }
}
