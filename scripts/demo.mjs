// Runs the storefront, and says what it is doing while nothing is to be seen: the first build takes its time.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..');
const MAIN = join(ROOT, 'examples/storefront/dist/main.js');

const isFirst = !existsSync(MAIN);
process.stderr.write(
  isFirst ? 'Building Tasker and the storefront, once: about half a minute …\n' : 'Looking for changes …\n',
);
const { status } = spawnSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b'], {
  cwd: ROOT,
  stdio: 'inherit',
});
if (status !== 0) process.exit(status ?? 1);
process.stderr.write('Starting PostgreSQL and the storefront …\n');
// In this process: whoever stops the demo stops this.
process.argv.splice(1, 1, MAIN);
await import(pathToFileURL(MAIN).href);
