import { execFile, spawn } from 'node:child_process';
import { Scene } from './support/scene';
import { cleanEnvironment, PROGRAM } from './support/tasker';

const scene = new Scene();
beforeAll(() => scene.open());
afterAll(() => scene.close());

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** The program on a terminal of its own, with somebody who answers its questions. */
function onTerminal(
  args: readonly string[],
  { answer, env = {}, columns = 100 }: { answer?: string; env?: Record<string, string>; columns?: number } = {},
): Promise<{ exitCode: number | null; output: string }> {
  const program = [process.execPath, ...PROGRAM, ...args].map(quoted).join(' ');
  const child = spawn('script', ['-qefc', `stty cols ${columns} rows 40; ${program}`, '/dev/null'], {
    env: cleanEnvironment({ TERM: 'xterm', ...scene.environment(), ...env }),
  });
  let output = '';
  let answered = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (answer === undefined || answered || !output.includes('[y/N] ')) return;
    answered = true;
    child.stdin.write(`${answer}\n`);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject).on('close', (exitCode) => resolve({ exitCode, output }));
  });
}

describe('on a terminal', () => {
  beforeAll(() => (scene.way = 'database'));

  it('a destructive verb asks, and does nothing unless the answer is yes', async () => {
    const id = await scene.create({ holdAt: 'validate' });
    const no = await onTerminal(['task', 'cancel', id], { answer: 'n' });
    expect(no.exitCode).toBe(1);
    expect(no.output).toContain(`Cancel task ${id} for good? [y/N]`);
    expect(no.output).toContain('Nothing was done.');
    const yes = await onTerminal(['task', 'cancel', id], { answer: 'y' });
    expect(yes.exitCode).toBe(0);
    await scene.taskIs(id, 'cancelled');
    expect((await onTerminal(['task', 'cancel', id, '--yes'])).output).not.toContain('[y/N]');
  });

  it('a bulk operation shows its dry run before it asks', async () => {
    const id = await scene.create({ holdAt: 'validate' }, { tags: ['terminal'] });
    const { exitCode, output } = await onTerminal(['bulk', 'run', 'cancel', '--tag', 'terminal'], { answer: 'no' });
    expect(exitCode).toBe(1);
    expect(output.indexOf('1 tasks match')).toBeLessThan(output.indexOf('[y/N]'));
    await scene.json('task', 'cancel', id);
  });

  it('states have colours, unless they are not wanted', async () => {
    await scene.task({ failAt: 'validate' }, 'error');
    const [colours, none, dumb] = await Promise.all([
      onTerminal(['task', 'list']),
      onTerminal(['task', 'list'], { env: { NO_COLOR: '1' } }),
      onTerminal(['task', 'list'], { env: { TERM: 'dumb' } }),
    ]);
    expect(colours.output).toContain('\u001b[31merror');
    expect(none.output).not.toContain('\u001b[');
    expect(dumb.output).not.toContain('\u001b[');
    expect((await scene.run(['task', 'list'])).stdout).not.toContain('\u001b[');
  });

  it('tables are cut to its width, and whole where nobody looks', async () => {
    const tags = ['a-very-long-tag-that-needs-more-room-than-there-is', 'and-another-one-that-is-as-long-as-the-first'];
    await scene.task({}, 'complete', { tags });
    const [narrow, wide] = await Promise.all([
      onTerminal(['task', 'list', '--tag', tags[0] ?? ''], { columns: 70, env: { NO_COLOR: '1' } }),
      scene.run(['task', 'list', '--tag', tags[0] ?? '']),
    ]);
    const widths = narrow.output.split(/\r?\n/).map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(70);
    expect(narrow.output).toContain('…');
    expect(wide.stdout).toContain(tags.join(' '));
  });

  it('what others wrote cannot steer it', async () => {
    const id = await scene.create({}, { reason: '\u001b[2J\u001b]0;pwned\u0007 gone', tags: ['\u202eevil'] });
    const { output } = await onTerminal(['task', 'show', id], { env: { NO_COLOR: '1' } });
    expect(output).not.toContain('\u001b');
    expect(output).not.toContain('\u202e');
    expect(output).toContain('gone');
  });
});

it('a reader that has seen enough is no failure', async () => {
  for (let n = 0; n < 3; n++) await scene.create();
  const program = [process.execPath, ...PROGRAM, 'task', 'list', '--json'].map(quoted).join(' ');
  const ended = await new Promise<{ stderr: string; stdout: string }>((resolve, reject) => {
    const options = { env: cleanEnvironment(scene.environment()) };
    execFile('bash', ['-c', `set -o pipefail; ${program} | head -c 1`], options, (error, stdout, stderr) =>
      error ? reject(new Error(stderr, { cause: error })) : resolve({ stdout, stderr }),
    );
  });
  expect(ended).toEqual({ stdout: '{', stderr: '' });
});
