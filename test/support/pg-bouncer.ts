import { spawn, type ChildProcess } from 'node:child_process';
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const PROGRAM = ['/usr/sbin', ...(process.env['PATH'] ?? '').split(delimiter)]
  .map((folder) => join(folder, 'pgbouncer'))
  .find(isExecutable);

export const isInstalled = PROGRAM !== undefined;

/** A real PgBouncer in transaction mode, in front of a server that trusts everybody. */
export class PgBouncer {
  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly folder: string,
  ) {}

  /** @param loginRetryS how long it waits before it tries a server again that was away; its own default is 15 */
  static async start(target: string, loginRetryS: number): Promise<PgBouncer> {
    const folder = mkdtempSync(join(tmpdir(), 'tasker-pgbouncer-'));
    const [server, port] = [new URL(target), await freePort()];
    const config = join(folder, 'pgbouncer.ini');
    writeFileSync(
      config,
      [
        '[databases]',
        `* = host=127.0.0.1 port=${server.port} user=postgres`,
        '[pgbouncer]',
        ...['listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir =', 'auth_type = any'],
        ...['pool_mode = transaction', 'default_pool_size = 20', `server_login_retry = ${loginRetryS}`],
      ].join('\n'),
      { mode: 0o644 },
    );
    const isRoot = process.getuid?.() === 0;
    const options = { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] as ['ignore', 'ignore', 'pipe'] };
    // Read as root, and handed over: the folder is closed to others.
    const child = spawn(PROGRAM ?? '', isRoot ? ['-u', 'nobody', config] : [config], options);
    const url = new URL(target);
    [url.hostname, url.port] = ['127.0.0.1', String(port)];
    await saysSo(child, 'process up');
    return new PgBouncer(url.toString(), child, folder);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Resolves with the line, rejects with everything it said when it ends before. */
function saysSo(child: ChildProcess, line: string): Promise<void> {
  let said = '';
  return new Promise((resolve, reject) => {
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes(line)) resolve();
    });
    child.once('error', reject).once('exit', () => reject(new Error(`PgBouncer ended: ${said}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
