import { Logger, type LoggerService } from '@nestjs/common';
import type { StepScope } from '@tasker/core';
import { NestEngineLog } from './nest-engine-log';
import { NestStepSurroundings } from './nest-step-surroundings';
import { taskerScope } from './step-scope';

const scope: StepScope = {
  ...{ taskId: '7', namespace: 'default', task: 'order', version: '1.0.0', step: 'charge' },
  ...{ attempt: 2, workerId: 3, correlationId: 'corr-1', traceParent: null },
};

let lines: unknown[][];

beforeEach(() => {
  lines = [];
  const capture =
    (level: string) =>
    (...line: unknown[]) =>
      void lines.push([level, ...line]);
  const logger: LoggerService = {
    ...{ log: capture('log'), warn: capture('warn'), error: capture('error'), debug: capture('debug') },
  };
  Logger.overrideLogger(logger);
});

afterEach(() => Logger.overrideLogger(['log', 'warn', 'error']));

describe('NestEngineLog', () => {
  it('writes fields behind the text, quoted where needed', () => {
    const log = new NestEngineLog({ level: 'info', format: 'text' });
    log.info('Task ended.', { taskId: '7', reason: 'two words', count: 2, list: ['a'], nothing: null, big: 1n });
    expect(lines).toEqual([
      ['log', 'Task ended. taskId=7 reason="two words" count=2 list=["a"] nothing=null big="[not JSON]"', 'Tasker'],
    ]);
  });

  it.each(['a\nb', 'a\r\nb', '\u001b[31mred', '\u001b]0;title\u0007', '\u009b2J', 'x\u202ey', 'x\u2028y'])(
    'lets %j neither end a line nor steer a terminal',
    (text) => {
      const log = new NestEngineLog({ level: 'info', format: 'text' });
      log.warn(`Step x failed: ${text}`, { name: text, error: new Error(text), list: [text] });
      log.error(`A listener failed: ${text}`, { error: new Error(`${text}\n[Nest] LOG forged`) });
      const [warning, [, said, stack] = []] = lines as string[][];
      // eslint-disable-next-line no-control-regex -- what must not be there
      const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u202e]/;
      expect(warning?.join(' ')).not.toMatch(controls);
      expect(said).not.toMatch(controls);
      const [first = '', second] = (stack ?? '').split('\n');
      expect(first).toContain('forged');
      expect(first).not.toMatch(controls);
      expect(second).toMatch(/^ +at /);
    },
  );

  it('hands the stack of an error to the logger', () => {
    const error = new Error('broken');
    new NestEngineLog({ level: 'info', format: 'text' }).error('A listener failed.', { error });
    expect(lines).toEqual([['error', 'A listener failed. error=broken', error.stack, 'Tasker']]);
  });

  it('hands fields first in the format of pino', () => {
    new NestEngineLog({ level: 'info', format: 'pino' }).warn('Step failed.', { taskId: '7' });
    expect(lines).toEqual([['warn', { taskId: '7' }, 'Step failed.', 'Tasker']]);
  });

  it.each([
    ['debug', ['debug', 'log', 'warn', 'error']],
    ['info', ['log', 'warn', 'error']],
    ['warn', ['warn', 'error']],
    ['error', ['error']],
    ['silent', []],
  ] as const)('writes at level %s only %p', (level, expected) => {
    const log = new NestEngineLog({ level, format: 'text' });
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    expect(lines.map(([written]) => written)).toEqual(expected);
  });
});

describe('NestStepSurroundings', () => {
  const surroundings = new NestStepSurroundings({ level: 'debug', format: 'pino' });

  it('gives handlers a logger that knows the step', () => {
    surroundings.logger(scope).log('Charged.', { amount: 5 });
    const fields = {
      taskId: '7',
      task: 'order',
      step: 'charge',
      attempt: 2,
      workerId: 3,
      correlationId: 'corr-1',
      amount: 5,
    };
    expect(lines).toEqual([['log', fields, 'Charged.', 'TaskerStep']]);
  });

  it('tells everything called by a handler which step it works for', async () => {
    const inner = await surroundings.run(scope, async () => {
      await Promise.resolve();
      return taskerScope();
    });
    expect(inner).toBe(scope);
    expect(taskerScope()).toBeUndefined();
  });
});
