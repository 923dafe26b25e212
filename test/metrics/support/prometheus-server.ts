import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROMETHEUS = '/usr/bin/prometheus';
/** Comes with the same package. */
export const PROMTOOL = '/usr/bin/promtool';
/** The Debian package `prometheus` brings both. */
export const isInstalled = existsSync(PROMETHEUS) && existsSync(PROMTOOL);

/** One series of an answer. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}

/** A real Prometheus that scrapes a few ports twice a second. */
export class PrometheusServer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    private readonly url: string,
  ) {}

  /** @param bearer sent with every scrape */
  static async start(targets: readonly string[], path: string, bearer: string): Promise<PrometheusServer> {
    const directory = mkdtempSync(join(tmpdir(), 'tasker-prometheus-'));
    const config = {
      global: { scrape_interval: '500ms', scrape_timeout: '450ms', evaluation_interval: '1s' },
      rule_files: [join(__dirname, '../../../observability/alerts.yml')],
      scrape_configs: [
        {
          job_name: 'tasker',
          metrics_path: path,
          authorization: { credentials: bearer },
          static_configs: [{ targets }],
        },
      ],
    };
    // JSON is YAML.
    writeFileSync(join(directory, 'prometheus.yml'), JSON.stringify(config));
    const port = await freePort();
    const child = spawn(
      PROMETHEUS,
      [
        `--config.file=${join(directory, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=error',
      ],
      { stdio: 'ignore' },
    );
    const server = new PrometheusServer(child, directory, `http://127.0.0.1:${port}`);
    await eventually(
      'Prometheus is ready',
      async () => (await fetch(`${server.url}/-/ready`).catch(() => null))?.ok === true,
    );
    return server;
  }

  /** @throws with what Prometheus says of a query that is wrong */
  async query(expression: string): Promise<Series[]> {
    const response = await fetch(`${this.url}/api/v1/query?query=${encodeURIComponent(expression)}`);
    const { status, error, data } = (await response.json()) as {
      status: string;
      error?: string;
      data?: { result: Series[] };
    };
    if (status !== 'success' || !data) throw new Error(`${expression}: ${error}`);
    return data.result;
  }

  /** The value of a query with one series; NaN for none. */
  async value(expression: string): Promise<number> {
    const [series] = await this.query(expression);
    return Number(series?.value[1] ?? NaN);
  }

  /** Waits for the value; the message of the failure has the last one. */
  async until(expression: string, expected: number): Promise<number> {
    let last = NaN;
    await eventually(
      () => `${expression} is ${expected}, not ${last}`,
      async () => (last = await this.value(expression)) === expected,
    );
    return last;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    await ended;
    rmSync(this.directory, { recursive: true });
  }
}

/** Looks every 50 ms for 20 s. */
export async function eventually(what: string | (() => string), holds: () => Promise<boolean>): Promise<void> {
  const until = performance.now() + 20_000;
  while (!(await holds())) {
    if (performance.now() > until) throw new Error(`Not within 20 s: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
