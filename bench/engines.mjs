import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

/** What another checkout must have to be measured: its adapter knows its own tables and its own public module. */
export const ADAPTER_OF_OTHER = 'bench/engines/tasker.mjs';

/**
 * The engines by name. `scenarios` says how many flows each runs there; the slower get fewer, so that all take about as
 * long. What is missing has no natural form in that engine. `peer` is the package it comes from, `server` what it
 * needs running beside PostgreSQL, `store` where its steps are.
 * `pendingPerFlow` is how often a flow that waits is counted as pending, once if not given: Tasker counts the task and
 * its queued step. Loading is left until needed: peers may not be installed.
 */
export const ENGINES = {
  tasker: {
    store: 'postgres',
    pendingPerFlow: 2,
    load: () => import('./engines/tasker.mjs').then(({ tasker }) => tasker),
    scenarios: {
      ...{ chain10: 10_000, diamond: 6_000, layered50: 1_500, drain: 50_000, fanout: 1, create: 20_000 },
      ...{ idle: 60, load: 1_500, history: 6_000, hold: 60_000, crash: 3_000, churn: 15, rest: 6_000 },
      ...{ 'durable-chain10': 10_000, 'durable-fanout': 600, 'durable-idle': 60 },
    },
  },
  'tasker-one-process': {
    store: 'postgres',
    load: () => import('./engines/tasker.mjs').then(({ taskerInOneProcess }) => taskerInOneProcess),
    scenarios: { idle: 60, load: 1_500, 'durable-idle': 60 },
  },
  'tasker-before': {
    store: 'postgres',
    pendingPerFlow: 2,
    load: ({ against }) => import(pathToFileURL(join(against, ADAPTER_OF_OTHER))).then(({ tasker }) => tasker),
    scenarios: {
      ...{ chain10: 10_000, diamond: 6_000, layered50: 1_500, drain: 50_000, fanout: 1, create: 20_000 },
      ...{ idle: 60, load: 1_500, hold: 60_000 },
    },
  },
  'pg-boss': {
    peer: 'pg-boss',
    store: 'postgres',
    load: () => import('./engines/pg-boss.mjs').then(({ pgBoss }) => pgBoss),
    scenarios: { chain10: 400, drain: 20_000, create: 10_000, idle: 40, load: 300, hold: 30_000 },
  },
  'pg-boss-batched': {
    peer: 'pg-boss',
    store: 'postgres',
    load: () => import('./engines/pg-boss.mjs').then(({ pgBossBatched }) => pgBossBatched),
    scenarios: { chain10: 1_000 },
  },
  'graphile-worker': {
    peer: 'graphile-worker',
    store: 'postgres',
    load: () => import('./engines/graphile-worker.mjs').then(({ graphileWorker }) => graphileWorker),
    scenarios: { chain10: 500, drain: 40_000, create: 10_000, idle: 40, load: 200, hold: 50_000 },
  },
  bullmq: {
    peer: 'bullmq',
    store: 'redis',
    load: () => import('./engines/bullmq.mjs').then(({ bullmq }) => bullmq),
    scenarios: { chain10: 2_500, diamond: 1_200, drain: 25_000, fanout: 1, create: 10_000, idle: 60, load: 800 },
  },
  temporal: {
    ...{ peer: '@temporalio/worker', server: 'temporal', store: 'postgres' },
    load: () => import('./engines/temporal.mjs').then(({ temporal }) => temporal),
    scenarios: { 'durable-chain10': 100, 'durable-fanout': 10, 'durable-idle': 40 },
  },
  dbos: {
    ...{ peer: '@dbos-inc/dbos-sdk', store: 'postgres' },
    load: () => import('./engines/dbos.mjs').then(({ dbos }) => dbos),
    scenarios: { 'durable-chain10': 400, 'durable-fanout': 40, 'durable-idle': 40 },
  },
  'dbos-one-process': {
    ...{ peer: '@dbos-inc/dbos-sdk', store: 'postgres' },
    load: () => import('./engines/dbos.mjs').then(({ dbosInOneProcess }) => dbosInOneProcess),
    scenarios: { 'durable-idle': 40 },
  },
  restate: {
    ...{ peer: '@restatedev/restate-sdk', server: 'restate', store: 'own' },
    load: () => import('./engines/restate.mjs').then(({ restate }) => restate),
    scenarios: { 'durable-chain10': 1_000, 'durable-fanout': 100, 'durable-idle': 40 },
  },
  conductor: {
    ...{ peer: '@io-orkes/conductor-javascript', server: 'conductor', store: 'postgres' },
    load: () => import('./engines/conductor.mjs').then(({ conductor }) => conductor),
    scenarios: { 'durable-chain10': 60, 'durable-idle': 30 },
  },
  floor: {
    store: 'postgres',
    load: () => import('./engines/floor.mjs').then(({ floor }) => floor),
    scenarios: { chain10: 60_000, drain: 60_000, idle: 60 },
  },
};

/** Flows of a quick run: enough to see that all is well, too few for figures to quote. */
export const flowsOf = (engine, scenario, quick) => {
  const flows = ENGINES[engine].scenarios[scenario];
  return quick ? Math.max(1, Math.ceil(flows / 2)) : flows;
};
