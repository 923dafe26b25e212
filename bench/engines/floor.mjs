import { connect } from '../database.mjs';
import { nowMs } from '../clock.mjs';
import { quantile } from '../statistics.mjs';

const BATCH = 500;

const TABLES = `
  create table floor_steps (id bigint primary key, state smallint not null, at timestamptz) with (fillfactor = 45);
  create table floor_history (id bigint not null, at timestamptz not null, worker int, state smallint)`;

/** What an engine cannot do without: a row per step, its one update, a row of history. No graph, no queue, no fence. */
const INSERT = {
  name: 'i',
  text: 'insert into floor_steps (id, state) select id, 2 from generate_series($1::bigint, $2) id',
};
const SETTLE = {
  name: 's',
  text: `with done as (update floor_steps set state = 4, at = now() where id between $1 and $2 returning id, at)
         insert into floor_history select id, at, 1, 4 from done`,
};
const ONE = { name: 'o', text: 'insert into floor_history values ($1, now(), 1, 4)' };

/** Two connections write the rows of `steps` steps in batches as large as Tasker's. */
async function rawBatches({ url }, steps) {
  const clients = await Promise.all([connect(url), connect(url)]);
  const begun = nowMs();
  let next = 0;
  const write = async (client) => {
    while (next < steps) {
      const values = [next + 1, (next += BATCH)];
      await client.query({ ...INSERT, values });
      await client.query({ ...SETTLE, values });
    }
  };
  await Promise.all(clients.map(write));
  const stepsPerSecond = (next / (nowMs() - begun)) * 1_000;
  await Promise.all(clients.map((client) => client.end()));
  return { stepsPerSecond, steps: next };
}

/** Eleven commits of one row, one after the other: as often as a chain of ten has to wait for the disk. */
async function elevenCommits({ url }, times) {
  const client = await connect(url);
  const [chains, singles] = [[], []];
  for (let i = 0; i < times; i++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    const begun = nowMs();
    for (let commit = 0; commit < 11; commit++) {
      const at = nowMs();
      await client.query({ ...ONE, values: [commit] });
      singles.push(nowMs() - at);
    }
    chains.push(nowMs() - begun);
  }
  await client.end();
  return {
    p50Ms: quantile(chains, 0.5),
    p99Ms: quantile(chains, 0.99),
    startP50Ms: quantile(singles, 0.5),
    steps: times * 11,
  };
}

/** Not an engine: what PostgreSQL on this machine lets pass when nothing but the writing is done. */
export const floor = {
  prepare: async ({ client }) => void (await client.query(TABLES)),
  measure: (bed, scenario, size) => (scenario === 'idle' ? elevenCommits(bed, size) : rawBatches(bed, size)),
};
