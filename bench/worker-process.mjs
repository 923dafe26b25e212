import { fork } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';

/** A run that has not come to its end after this long has hung: that is reported, not waited for. */
const LIMIT_MS = 60_000;

/** The driver's end of one forked worker. Its log goes to /dev/null: written, as in production, but not shown. */
export class WorkerProcess {
  calls = 0;
  static #alive = new Set();
  #child;
  #waiting = new Set();
  #endings = new Map();

  constructor(order) {
    const log = openSync('/dev/null', 'w');
    this.#child = fork(join(import.meta.dirname, 'worker.mjs'), {
      stdio: ['ignore', log, 'inherit', 'ipc'],
      serialization: 'advanced',
    });
    this.#child.on('message', (message) => this.#received(message));
    WorkerProcess.#alive.add(this.#child);
    this.#child.on('exit', (code) => {
      WorkerProcess.#alive.delete(this.#child);
      this.#received({ exited: code });
    });
    this.#child.send(order);
  }

  static async start(order) {
    const worker = new WorkerProcess(order);
    await worker.#message(({ ready }) => ready, 'start');
    return worker;
  }

  /** What a run that failed has left behind must not disturb the next. */
  static killAll() {
    for (const child of WorkerProcess.#alive) child.kill('SIGKILL');
  }

  /** Resolves at that many calls of handlers. */
  reach(calls) {
    return this.calls >= calls
      ? Promise.resolve()
      : this.#message(() => this.calls >= calls, `call handlers ${calls} times (${this.calls} so far)`);
  }

  /** Resolves when the flow's last handler was called; ask before the flow is started. */
  end(flow) {
    return new Promise((resolve) => this.#endings.set(flow, resolve));
  }

  /** For an engine that also creates in the worker's process. */
  startHere(flow) {
    this.#child.send({ start: flow });
  }

  /** Lets it finish and sign off. @returns times of all calls of handlers, their flows, CPU from the first to the last */
  async stop() {
    const answered = this.#message(({ report }) => report, 'stop');
    this.#child.send({ stop: true });
    return (await answered).report;
  }

  kill() {
    this.#waiting.clear();
    this.#child.kill('SIGKILL');
  }

  #message(accepts, what) {
    return new Promise((resolve, reject) => {
      const waiting = { accepts, resolve, reject };
      const limit = setTimeout(() => reject(new Error(`the worker did not ${what} within ${LIMIT_MS} ms`)), LIMIT_MS);
      waiting.done = () => clearTimeout(limit) ?? this.#waiting.delete(waiting);
      this.#waiting.add(waiting);
    });
  }

  #received(message) {
    if (message.calls !== undefined) this.calls = message.calls;
    this.#endings.get(message.ended)?.();
    this.#endings.delete(message.ended);
    for (const { accepts, resolve, reject, done } of [...this.#waiting]) {
      if (accepts(message)) resolve(message);
      else if (message.exited !== undefined) reject(new Error(`the worker ended with code ${message.exited}`));
      else continue;
      done();
    }
  }
}
