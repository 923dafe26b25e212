import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const VERSION = '4.32.5';
const CHECKS = [
  ...['not_a_server_error', 'status_code_conformance', 'content_type_conformance'],
  ...['response_headers_conformance', 'response_schema_conformance'],
];

/** @returns the program, installed into node_modules/.cache unless SCHEMATHESIS names one */
export function schemathesis() {
  if (process.env.SCHEMATHESIS) return process.env.SCHEMATHESIS;
  const folder = join(ROOT, 'node_modules/.cache/fuzz-rest');
  const program = join(folder, 'bin/schemathesis');
  if (existsSync(program)) return program;
  const run = (command, ...args) => {
    const { status } = spawnSync(command, args, { stdio: 'inherit' });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
  };
  run('python3', '-m', 'venv', folder);
  run(join(folder, 'bin/pip'), 'install', '--quiet', `schemathesis==${VERSION}`);
  return program;
}

/**
 * Runs it against a server, on all operations of the document or on one, such as `POST /bulk`.
 *
 * @returns how many requests it made, how many answers were wrong in different ways, and what went wrong in itself
 */
export async function fuzz(program, { document, base, examples, seed, only }) {
  const folder = mkdtempSync(join(tmpdir(), 'tasker-fuzz-'));
  const report = join(folder, 'report.json');
  const args = [
    ...['--config-file', join(import.meta.dirname, 'schemathesis.toml'), '--no-color'],
    ...['run', document, '--url', base, '--checks', CHECKS.join(','), '--mode', 'all'],
    ...['--max-examples', String(examples), '--seed', String(seed), '--request-timeout', '30', '--continue-on-failure'],
    ...['--phases', 'examples,coverage,fuzzing', '--suppress-health-check', 'all', '--report-json-path', report],
    ...(only ? ['--include-name', only] : []),
  ];
  try {
    // It leaves its traces where it runs.
    const child = spawn(program, args, { stdio: 'inherit', cwd: folder });
    await once(child, 'exit');
    if (!existsSync(report)) return { cases: 0, failures: 0, errors: ['no report'] };
    const { test_cases: counts, errors } = JSON.parse(readFileSync(report, 'utf8'));
    return { cases: counts.generated, failures: counts.unique_failures, errors: errors.map(({ title }) => title) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
