// Runs the storefront, and says what it is doing while nothing is to be seen: the first build takes its time.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

const ROOT = join(import.meta.dirname, '..');
const MAIN = join(ROOT, 'examples/storefront/dist/main.js');
const FIRST = 'Building Tasker and the storefront, once: about half a minute …';

/** @returns the exit code */
async function build() {
  const args = [join(ROOT, 'node_modules/typescript/bin/tsc'), '-b', '--verbose', '--pretty', 'false'];
  const compiler = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(compiler, 'close');
  for await (const line of createInterface({ input: compiler.stdout })) {
    const project = /Building project '(.+)'/.exec(line)?.[1];
    if (project !== undefined) say(`  ${relative(ROOT, dirname(project)) || 'the Nest module'}`);
    // A fault, and what explains it; what the compiler decides has the time in front or a star.
    else if (!/^(\d+:\d+|\s+\*|$)/.test(line)) say(line);
  }
  const [code] = await ended;
  return code ?? 1;
}

const say = (line) => process.stderr.write(`${line}\n`);

say(existsSync(MAIN) ? 'Looking for changes …' : FIRST);
const code = await build();
if (code !== 0) process.exit(code);
say('Starting PostgreSQL and the storefront …');
// In this process: whoever stops the demo stops this.
process.argv.splice(1, 1, MAIN);
await import(pathToFileURL(MAIN).href);
