import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';

/** Root of the checkout. */
export const ROOT = join(__dirname, '../../..');

/**
 * Builds what has changed, so that a test of built code never runs yesterday's. Test files run side by side, and two
 * builds would write the same files: a lock in the test database lets one build and the others find it done.
 *
 * @throws with what the compiler says
 */
export async function buildOnce(): Promise<void> {
  const client = new Client({ connectionString: process.env['TEST_DATABASE_URL'] });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock(hashtextextended('tasker build', 0))");
    await promisify(execFile)(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b'], { cwd: ROOT });
  } catch (error) {
    const said = (error as { stdout?: string }).stdout;
    throw said === undefined ? error : new Error(`The build failed:\n${said}`, { cause: error });
  } finally {
    await client.end();
  }
}
