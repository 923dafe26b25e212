// Runs one server for a session and ends it with the session: the system closes the channel between the two however the
// session ends, a crash and SIGKILL included. What the server stored is thrown away, so it need not stop in good order.
import { spawn } from 'node:child_process';
import { openSync, rmSync } from 'node:fs';

let server;
let directory;

function run({ command, args, env, dir, logFile }) {
  directory = dir;
  const log = openSync(logFile, 'a');
  server = spawn(command, args, { cwd: dir, env: { ...process.env, ...env }, stdio: ['ignore', log, log] });
  server.once('error', (error) => ended(error.message));
  server.once('exit', (code, signal) => ended(signal ?? `status ${code}`));
  if (server.pid) process.send({ pid: server.pid });
}

function ended(why) {
  server = undefined;
  if (process.connected) process.send({ ended: why });
  else leave();
}

function leave() {
  if (directory) rmSync(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  process.exit(0);
}

// A Ctrl-C in the terminal is for the session, which may still have questions to the server.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => undefined);
process.once('message', run);
process.once('disconnect', () => (server ? server.kill('SIGKILL') : leave()));
