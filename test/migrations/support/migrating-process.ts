import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/**
 * Migrates in a process of its own; the names it applied.
 *
 * @param release folder of the release whose migrations they are; default: this one
 */
export async function migrateInProcess(url: string, schema: string, release?: string): Promise<string[]> {
  const child = fork(join(__dirname, 'migrate-once.ts'), [url, schema], {
    execArgv: ['--require', join(__dirname, '../../support/typescript.cjs')],
    env: { ...process.env, TASKER_RELEASE: release },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let printed = '';
  child.stderr?.on('data', (chunk) => (printed += String(chunk)));
  const applied: string[] = [];
  child.on('message', (names: string[]) => applied.push(...names));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the process ended with ${code}: ${printed}`);
  return applied;
}
