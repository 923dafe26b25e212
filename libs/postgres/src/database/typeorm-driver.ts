import type { Client } from 'pg';
import type { ConnectionPool } from './connection-pool';

type Connected = (error: unknown, client?: Client, release?: (error?: unknown) => void) => void;

/** As much of `pg` as TypeORM uses. @public */
export interface TypeormDriver {
  readonly Pool: new () => TypeormPool;
}

/** As much of `pg`'s pool as TypeORM uses. @public */
export interface TypeormPool {
  connect(connected: Connected): void;
  on(event: 'error', listener: (error: unknown) => void): void;
  end(ended: () => void): void;
}

/**
 * For `new DataSource({ type: 'postgres', driver })`: TypeORM then borrows its connections from the pool instead of opening
 * any. A transaction of the host keeps one for as long as it is open. The pool is not closed with the data source.
 *
 * @public
 */
export function typeormDriver(pool: ConnectionPool): TypeormDriver {
  return {
    Pool: class implements TypeormPool {
      connect(connected: Connected): void {
        pool.lend().then(
          ({ client, release }) =>
            connected(undefined, client, (error) => release(error !== undefined && error !== false)),
          (error: unknown) => connected(error),
        );
      }

      /** Connections that break while they are lent tell who has them, and others are replaced: nothing is left to say. */
      on(): void {}

      end(ended: () => void): void {
        ended();
      }
    },
  };
}
