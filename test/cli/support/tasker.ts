import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { buildOnce, ROOT } from '../../demo/support/build';

/** Arguments with which Node runs the program as it is built. */
export const PROGRAM = [join(ROOT, 'libs/cli/dist/main.js')];

beforeAll(buildOnce, 120_000);

/** What a run of the program came to. */
export interface Ran {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run the program. */
export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Standard input. */
  readonly input?: string;
}

/** The environment without anything that would tell the program what to do. */
export function cleanEnvironment(env: Record<string, string> = {}): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(TASKER_|NO_COLOR|FORCE_COLOR|DATABASE_URL)/.test(name),
  );
  return { ...Object.fromEntries(inherited), ...env };
}

/** Runs the real program as a child process, to its end. */
export function tasker(args: readonly string[], { env, cwd = ROOT, input }: RunOptions = {}): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...PROGRAM, ...args], { cwd, env: cleanEnvironment(env) });
    const out = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (out.stderr += text));
    child.on('error', reject).on('close', (exitCode) => resolve({ exitCode, ...out }));
    child.stdin.end(input ?? '');
  });
}
