/* istanbul ignore file -- runs in another process, without the counters */
import type { ChildProcess } from 'node:child_process';

/**
 * What the supervisor knows from the beginning.
 *
 * @internal
 */
export interface SupervisorSetup {
  uid?: number;
  gid?: number;
  logFile: string;
  /** Directory to remove when the owner is gone. */
  removeDirectory?: string;
}

/**
 * What the owner tells the supervisor; losing the connection means "stop the server and go".
 *
 * @internal
 */
export type SupervisorOrder = { command: string; args: string[] } | { signal: NodeJS.Signals };

/**
 * What the supervisor tells the owner about the server.
 *
 * @internal
 */
export type SupervisorReport = { pid: number } | { exit: string };

/**
 * The supervisor's program. It is handed to `node -e` as source text, so that it needs no file of its own when this
 * package is bundled or compiled on the fly: nothing outside the function may be used in it, types excepted.
 *
 * @internal
 */
export function supervise(setup: SupervisorSetup): void {
  const { spawn } = process.getBuiltinModule('node:child_process');
  const fs = process.getBuiltinModule('node:fs');
  const forceAfterMs = 20_000;
  let server: ChildProcess | undefined;
  let ownerGone = false;

  const report = (message: SupervisorReport): void => {
    // The owner may die at any moment; 'disconnect' tells, and an undelivered message must not be fatal.
    if (process.connected) process.send?.(message, undefined, {}, () => undefined);
  };

  const leave = (attemptsLeft = 25): void => {
    try {
      if (setup.removeDirectory) fs.rmSync(setup.removeDirectory, { recursive: true, force: true });
      process.exit(0);
    } catch {
      if (attemptsLeft === 0) process.exit(1);
      setTimeout(leave, 200, attemptsLeft - 1); // An initdb of the dead owner is still writing.
    }
  };

  const run = (command: string, args: string[]): void => {
    const log = fs.openSync(setup.logFile, 'a');
    const { uid, gid } = setup;
    const ids = uid === undefined || gid === undefined ? {} : { uid, gid };
    const child = spawn(command, args, { ...ids, cwd: '/', stdio: ['ignore', log, log] });
    fs.closeSync(log);
    server = child;
    const ended = (reason: string): void => {
      if (server !== child) return;
      server = undefined;
      report({ exit: reason });
      if (ownerGone) leave();
    };
    child.once('error', (error) => ended(error.message));
    child.once('exit', (code, signal) => ended(signal ?? `status ${code}`));
    if (child.pid !== undefined) report({ pid: child.pid });
  };

  // A signal meant for the whole group must not end the server before the application has drained.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);

  process.on('message', (order: SupervisorOrder) =>
    'command' in order ? run(order.command, order.args) : server?.kill(order.signal),
  );
  process.once('disconnect', () => {
    ownerGone = true;
    if (!server) return leave();
    server.kill('SIGINT');
    setTimeout(() => server?.kill('SIGQUIT'), forceAfterMs);
  });
}
