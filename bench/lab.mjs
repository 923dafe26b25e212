import { startPostgres } from '@tasker/embedded-postgres';
import { connect } from './database.mjs';
import { ENGINES } from './engines.mjs';
import { openRedis } from './redis.mjs';

/** The same for all engines. Committed is on disk: `durable` leaves fsync and synchronous_commit on. */
export const POSTGRES_SETTINGS = {
  ...{ shared_buffers: '1GB', max_wal_size: '8GB', checkpoint_timeout: '15min', work_mem: '32MB' },
  ...{ random_page_cost: 1.1, max_connections: 200 },
};

/** The servers of one session: PostgreSQL of our own, and Redis if there is one; `against` is the other checkout. */
export async function openLab({ redisWanted, against }) {
  const server = await startPostgres({ durable: true, settings: POSTGRES_SETTINGS });
  const admin = await connect(server.url);
  const redis = redisWanted ? await openRedis() : null;
  return {
    ...{ server, admin, redis, against },
    async close() {
      await admin.end();
      await server.stop();
      await redis?.stop();
    },
  };
}

let beds = 0;

/**
 * A storage of its own for one run, prepared by the engine: what is checked at the end is about that run alone.
 *
 * @returns what goes to worker processes as `order`, and the rest
 */
export async function makeBed({ server, admin, redis, against }, engine, graph, options = {}) {
  const name = `bench_${++beds}`;
  await admin.query(`create database ${name}`);
  const order = {
    url: server.url.replace(/\/postgres$/, `/${name}`),
    redisUrl: redis?.url,
    prefix: name,
    ...{ graph, against },
    ...options,
  };
  const adapter = await ENGINES[engine].load(order);
  const client = await connect(order.url);
  await adapter.prepare({ ...order, client });
  return {
    ...order,
    ...{ engine, order, client, adapter, store: ENGINES[engine].store },
    async remove() {
      await client.end();
      await admin.query(`drop database ${name} with (force)`);
    },
  };
}
