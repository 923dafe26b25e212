import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Root of the checkout. */
export const ROOT = join(__dirname, '../../..');

/** Builds what has changed, so that a test of built code never runs yesterday's. @throws with what the compiler says */
export async function buildOnce(): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b'], { cwd: ROOT });
  } catch (error) {
    throw new Error(`The build failed:\n${(error as { stdout?: string }).stdout ?? String(error)}`, { cause: error });
  }
}
