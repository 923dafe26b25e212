import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { startPostgres } from '@tasker/embedded-postgres';
import pg from 'pg';
import { heading, line, medianOf } from './report.mjs';
import { SCENARIOS } from './scenarios.mjs';

const USAGE = `npm run bench -- [scenario ...] [--quick] [--rounds N] [--json FILE]
scenarios: ${Object.keys(SCENARIOS).join(', ')}; default all`;

function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  const unknown = positionals.filter((name) => !Object.hasOwn(SCENARIOS, name));
  const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
  if (values.help) return null;
  if (unknown.length > 0) throw new Error(`There is no scenario ${unknown.join(', ')}.\n${USAGE}`);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds ${values.rounds} is not a number of rounds.`);
  return { ...values, rounds, names: positionals.length > 0 ? positionals : Object.keys(SCENARIOS) };
}

/** Every round has a database of its own, so that the facts checked at its end are about it alone. */
async function round(server, name, quick, number) {
  const { run, full, quick: few } = SCENARIOS[name];
  const database = `bench_${name}_${number}`;
  await withClient(server.url, (client) => client.query(`create database ${database}`));
  const url = server.url.replace(/\/postgres$/, `/${database}`);
  const result = await withClient(url, (client) => run(quick ? few : full, { url, server, client }));
  await withClient(server.url, (client) => client.query(`drop database ${database} with (force)`));
  return result;
}

async function withClient(url, work) {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function main() {
  const args = readArguments();
  if (!args) return void console.log(USAGE);
  const server = await startPostgres({ durable: true, settings: { shared_buffers: '512MB', max_wal_size: '8GB' } });
  const results = {};
  try {
    console.log(
      `PostgreSQL ${server.version}, fsync on; Node ${process.versions.node}; ${cpus().length} CPUs; median of ${args.rounds}`,
    );
    console.log(heading());
    for (const name of args.names) {
      const rounds = [];
      for (let number = 1; number <= args.rounds; number++) rounds.push(await round(server, name, args.quick, number));
      results[name] = { ...medianOf(rounds), rounds };
      console.log(line(name, SCENARIOS[name], results[name]));
    }
  } finally {
    await server.stop();
  }
  if (args.json) writeFileSync(args.json, JSON.stringify(reportOf(server.version, args, results), null, 2));
  if (Object.values(results).some(({ faults }) => faults.length > 0)) process.exitCode = 1;
}

const reportOf = (postgres, { quick, rounds }, results) => ({
  postgres,
  node: process.versions.node,
  cpu: cpus()[0]?.model,
  cpus: cpus().length,
  memoryBytes: totalmem(),
  quick,
  rounds,
  results,
});

await main();
