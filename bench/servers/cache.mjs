import { spawnSync } from 'node:child_process';
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Outside the checkout, so that a server is built once per machine and version. */
const ROOT = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'tasker-real');

export const cached = (name, version, ...path) => join(ROOT, `${name}-${version}`, ...path);

/** Fills the server's folder: made beside its place and moved there when complete, so half a build is never taken for one. */
export function fillCache(name, version, fill) {
  const [place, draft] = [cached(name, version), `${cached(name, version)}.draft`];
  mkdirSync(draft, { recursive: true });
  fill(draft);
  rmSync(place, { recursive: true, force: true });
  renameSync(draft, place);
}

/** Runs a tool with its output shown. @throws {Error} when it fails or is not on the PATH */
export function runTool(command, args, options) {
  const { status, error } = spawnSync(command, args, { stdio: 'inherit', ...options });
  if (error?.code === 'ENOENT') throw new Error(`${command} is not on the PATH.`);
  if (status !== 0) throw error ?? new Error(`${command} ended with status ${status}.`);
}
