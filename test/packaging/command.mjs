import { execFile } from 'node:child_process';

/** What `npm run` tells its children about this package would mislead an npm that works on another one. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle|config_local_prefix)|^INIT_CWD$/.test(name)),
);

/**
 * Runs a program to its end and returns what it printed. Fails when it exits otherwise than with 0 or takes longer than
 * the limit, which is also how a process that does not end by itself is found.
 */
export function command(file, args, { cwd, env = {}, timeoutMs = 180_000 }) {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...environment, ...env }, timeout: timeoutMs, maxBuffer: 64 << 20 };
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout);
      const end = error.killed ? `was still running after ${timeoutMs} ms` : `exited with ${error.code}`;
      const printed = `${stdout}\n${stderr}`.trim().split('\n').slice(-40).join('\n');
      reject(new Error(`${file} ${args.join(' ')} ${end}\n${printed}`));
    });
    child.stdin.end();
  });
}
