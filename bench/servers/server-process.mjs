import { fork } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { nowMs } from '../clock.mjs';

const READY_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 100;
/** Of a server that has ended by itself, the end of its log is told. */
const LOG_TAIL = 600;

/** An empty folder of the server's own, which is removed with it. */
export const makeServerFolder = (name) => mkdtempSync(join(tmpdir(), `bench-${name}-`));

/** One server of the session, kept by a process of its own that outlives the session just long enough to end it. */
export class ServerProcess {
  #keeper;
  #logFile;
  #ended;
  #gone;

  /**
   * @param order command, args, env and the folder `dir`, which is the server's working directory
   * @param isReady asked again and again until it says yes; what it throws counts as no
   */
  static async start(order, isReady) {
    const server = new ServerProcess(order);
    const begun = nowMs();
    while (!(await isReady().catch(() => false))) {
      const why = server.#ended ?? (nowMs() - begun > READY_WITHIN_MS ? 'it does not answer' : undefined);
      if (why) {
        await server.stop();
        throw new Error(`its server did not start: ${why}`);
      }
      await wait(LOOK_EVERY_MS);
    }
    return server;
  }

  constructor(order) {
    this.#logFile = join(order.dir, 'server.log');
    this.#keeper = fork(join(import.meta.dirname, '../server-keeper.mjs'), { detached: true, stdio: 'ignore' });
    this.#gone = new Promise((resolve) => this.#keeper.once('exit', resolve));
    this.#keeper.on('message', ({ pid, ended }) => {
      this.pid = pid ?? this.pid;
      if (ended) this.#ended = `${ended}; ${this.#logTail()}`;
    });
    this.#keeper.send({ ...order, logFile: this.#logFile });
  }

  #logTail() {
    return readFileSync(this.#logFile, 'utf8').slice(-LOG_TAIL).replace(/\s+/g, ' ');
  }

  /** The server stands still until it is resumed. */
  pause() {
    if (!this.#ended) process.kill(this.pid, 'SIGSTOP');
  }

  resume() {
    if (this.#ended) throw new Error(`its server has ended: ${this.#ended}`);
    process.kill(this.pid, 'SIGCONT');
  }

  /** Ends the server, and its folder is removed. */
  async stop() {
    if (this.#keeper.connected) this.#keeper.disconnect();
    await this.#gone;
  }
}
