/** A process that owns a server; the tests run it to kill it. The first argument says how it behaves, see {@link play}. */
import { Client } from 'pg';
import { type RunningPostgres, startPostgres, type StartOptions } from '../../../libs/embedded-postgres/src';
import type { OwnerMessage, Role } from './owner-process';

const [role, options] = process.argv.slice(2) as [Role, string];

function tell(message: OwnerMessage): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, {}, () => resolve()));
}

async function query(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

/** What a well-behaved application does: work that needs the database comes first, its end last. */
function drainOn(signal: NodeJS.Signals, server: RunningPostgres): void {
  process.once(signal, () => {
    void (async () => {
      await query(server.url, 'CREATE TABLE drained ()');
      await server.stop();
      await tell({ drained: true });
      process.exit(0);
    })();
  });
}

function play(server: RunningPostgres): void {
  if (role === 'drains') ['SIGTERM' as const, 'SIGINT' as const].forEach((signal) => drainOn(signal, server));
  if (role === 'crashes') throw new Error('a crash on purpose');
  if (role === 'forgets') process.disconnect();
  // 'idles': the connection to the test keeps it alive until it is killed.
}

async function main(): Promise<void> {
  if (role !== 'forgets') process.on('message', () => undefined);
  await tell({ starting: true });
  const server = await startPostgres(JSON.parse(options) as StartOptions);
  const { url, pid, version, source, logFile } = server;
  await tell({ server: { url, pid, version, source, logFile } });
  setImmediate(() => play(server));
}

main().catch(async (error: Error & { code?: string }) => {
  await tell({ error: { code: error.code ?? '', message: error.message } });
  process.exit(1);
});
