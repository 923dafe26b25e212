import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made: string[] = [];

/** A directory that everyone may enter, removed by {@link removeScratch}. */
export function scratch(mode = 0o755): string {
  const directory = mkdtempSync(join(tmpdir(), 'launcher-test-'));
  chmodSync(directory, mode);
  made.push(directory);
  return directory;
}

export function removeScratch(): void {
  for (const directory of made.splice(0)) rmSync(directory, { recursive: true, force: true });
}
