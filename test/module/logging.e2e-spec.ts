import { PermanentError, StepHandler, taskerScope, TaskerService, type StepContext } from '@tasker/nestjs';
import { from, oneStep, TestApps, type TestOptions } from './support/boot-app';
import { capturing } from './support/capturing-logger';

const apps = new TestApps();
afterEach(() => apps.closeAll());

@StepHandler('work')
class Work {
  process({ logger }: StepContext): string {
    logger.log('Working.', { tool: 'hammer' });
    return String(taskerScope()?.correlationId);
  }
}

@StepHandler('fail')
class Fail {
  process(): never {
    throw new PermanentError('out of order');
  }
}

async function run(name: string, logging: TestOptions['logging']) {
  const options = { templates: [oneStep('work'), oneStep('fail')], ...(logging === undefined ? {} : { logging }) };
  const { lines, prepare } = capturing();
  const tasker = from(await apps.boot({ providers: [Work, Fail], options, prepare }), TaskerService);
  const { taskId } = await tasker.create({ name, correlationId: 'corr-1' });
  const task = await tasker.waitFor(taskId, { timeoutMs: 10_000 });
  return { taskId, task, own: lines.filter((line) => ['Tasker', 'TaskerStep'].includes(String(line.at(-1)))) };
}

describe('log lines', () => {
  it('are one per task where that is wanted, with the fields of the story', async () => {
    const { taskId, own } = await run('work', { level: 'info', format: 'pino', tasks: 'each' });
    const ended = own.filter((line) => line.at(-1) === 'Tasker');
    expect(ended).toEqual([
      [
        'log',
        expect.objectContaining({ taskId, task: 'work', correlationId: 'corr-1' }),
        `Task work ${taskId} completed.`,
        'Tasker',
      ],
    ]);
  });

  it('say of a handler which step it works for', async () => {
    const { taskId, own, task } = await run('work', { format: 'pino' });
    const fields = {
      taskId,
      task: 'work',
      step: 'only',
      attempt: 1,
      workerId: expect.any(Number),
      correlationId: 'corr-1',
    };
    expect(own).toContainEqual(['log', { ...fields, tool: 'hammer' }, 'Working.', 'TaskerStep']);
    expect(task.steps[0]?.result).toBe('corr-1');
  });

  it('are none at level silent', async () => {
    const { own } = await run('fail', { level: 'silent' });
    expect(own).toEqual([]);
  });

  it('tell of steps at level debug', async () => {
    const { own } = await run('work', { level: 'debug', format: 'pino' });
    expect(own).toContainEqual([
      'debug',
      expect.objectContaining({ step: 'only', durationMs: expect.any(Number) }),
      'Step only completed.',
      'Tasker',
    ]);
  });

  it('warn of failures', async () => {
    const { taskId, own } = await run('fail', { level: 'warn' });
    expect(own.map(([level, text]) => `${String(level)}: ${String(text)}`)).toEqual([
      expect.stringMatching(
        /^warn: Step only failed \(permanent\): out of order; it is final\. taskId=\d+ step=only attempt=1/,
      ),
      expect.stringMatching(new RegExp(`^warn: Task fail ${taskId} failed\\. taskId=${taskId}`)),
    ]);
  });
});
