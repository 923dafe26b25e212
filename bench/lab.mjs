import { setTimeout as wait } from 'node:timers/promises';
import { startPostgres } from '@tasker/embedded-postgres';
import { connect } from './database.mjs';
import { ENGINES } from './engines.mjs';
import { openRedis } from './redis.mjs';
import { openServers } from './servers.mjs';

/** The same for all engines. Committed is on disk: `durable` leaves fsync and synchronous_commit on. */
export const POSTGRES_SETTINGS = {
  ...{ shared_buffers: '1GB', max_wal_size: '8GB', checkpoint_timeout: '15min', work_mem: '32MB' },
  ...{ random_page_cost: 1.1, max_connections: 200 },
};

/**
 * The servers of one session: PostgreSQL of our own, and what the engines need beside it if there is one.
 *
 * @param against the other checkout, for an engine that comes from there
 */
export async function openLab({ engines, against }) {
  const server = await startPostgres({ durable: true, settings: POSTGRES_SETTINGS });
  const admin = await connect(server.url);
  const redis = engines.some((name) => ENGINES[name].store === 'redis') ? await openRedis() : null;
  const needed = new Set(engines.flatMap((name) => ENGINES[name].server ?? []));
  const servers = await openServers(needed, { server, admin });
  return {
    ...{ server, admin, redis, servers, against },
    /** After each run: timers and pollers of one engine's server would take from another engine that is measured. */
    pauseServers() {
      for (const { server } of Object.values(servers)) server?.pause();
    },
    async close() {
      await Promise.all(Object.values(servers).map((opened) => opened.server?.stop()));
      await admin.end();
      await server.stop();
      await redis?.stop();
    },
  };
}

/** After standing still, a server first does what has become due meanwhile. */
const CATCH_UP_MS = 3_000;

let beds = 0;

/**
 * A storage of its own for one run, prepared by the engine: what is checked at the end is about that run alone. The
 * engine's own server, if it has one, goes on; there the run is told apart by `prefix`. What the engine's `prepare` returns
 * is part of the order.
 *
 * @returns what goes to worker processes as `order`, and the rest
 */
export async function makeBed({ server, admin, redis, servers, against }, engine, graph, options = {}) {
  const name = `bench_${++beds}`;
  const own = servers[ENGINES[engine].server]?.server;
  if (own) {
    own.resume();
    await wait(CATCH_UP_MS);
  }
  await admin.query(`create database ${name}`);
  const order = {
    url: server.url.replace(/\/postgres$/, `/${name}`),
    redisUrl: redis?.url,
    address: own?.address,
    prefix: name,
    ...{ graph, against },
    ...options,
  };
  const adapter = await ENGINES[engine].load(order);
  const client = await connect(order.url);
  Object.assign(order, await adapter.prepare({ ...order, client }));
  return {
    ...order,
    ...{ engine, order, client, adapter, store: ENGINES[engine].store, server: own },
    async remove() {
      await client.end();
      await admin.query(`drop database ${name} with (force)`);
    },
  };
}
