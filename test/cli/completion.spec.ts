import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildProgram } from '../../libs/cli/src/program/build-program';
import { commandTree } from '../../libs/cli/src/completion/command-tree';
import { tasker } from './support/tasker';

let folder: string;
let script: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tasker-completion-'));
  script = join(folder, 'tasker.bash');
  const { exitCode, stdout, stderr } = await tasker(['completion', 'bash']);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  writeFileSync(script, stdout);
  writeFileSync(join(folder, 'order.yaml'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What a real bash offers for the last of the words. */
async function offered(...words: string[]): Promise<string[]> {
  const quoted = ['tasker', ...words].map((word) => `'${word}'`).join(' ');
  const ask = `source '${script}'; COMP_WORDS=(${quoted}); COMP_CWORD=${words.length}; _tasker; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', ask], { cwd: folder });
  return stdout.split('\n').filter((word) => word !== '');
}

describe('completion in bash', () => {
  it.each([
    [['mig'], ['migrate']],
    [
      ['task', 're'],
      ['retry', 'resume', 'resolve', 'rerun'],
    ],
    [
      ['--database-url', 'postgres://x', 'key', ''],
      ['create', 'list', 'revoke'],
    ],
    [['task', 'list', '--ord'], ['--order']],
    [
      ['task', 'list', '--order', ''],
      ['asc', 'desc'],
    ],
    [
      ['task', 'create', '--on-duplicate', 're'],
      ['reject', 'return'],
    ],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [
      ['bulk', 'run', 'ret'],
      ['retry', 'retry-step'],
    ],
    // A name that happens to be a command leads nowhere.
    [['task', 'show', 'task', '--hist'], ['--history']],
    [['step', 'list', 'x', '--nonsense'], []],
  ])('offers for %j: %j', async (words, expected) => {
    expect((await offered(...words)).sort()).toEqual([...expected].sort());
  });

  it('offers the global options everywhere', async () => {
    expect(await offered('worker', 'drain', '--')).toEqual(
      expect.arrayContaining(['--database-url', '--json', '--yes']),
    );
  });

  it('leaves files to bash', async () => {
    expect(await offered('template', 'lint', 'ord')).toEqual([]);
    const { stdout } = await promisify(execFile)('bash', ['--norc', '-c', `source '${script}'; complete -p tasker`]);
    expect(stdout).toContain('-o default');
  });
});

describe('completion in other shells', () => {
  const words = commandTree(buildProgram()).flatMap(({ subcommands, options }) => [
    ...subcommands.map(({ name }) => name),
    ...options.flatMap(({ names }) => names.filter((name) => name.startsWith('--')).map((name) => name.slice(2))),
  ]);

  it.each(['zsh', 'fish'])('has every command and option in the script for %s', async (shell) => {
    const { exitCode, stdout } = await tasker(['completion', shell]);
    expect(exitCode).toBe(0);
    expect(words.filter((word) => !stdout.includes(word))).toEqual([]);
  });
});
