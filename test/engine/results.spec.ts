import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';

const harness = engineHarness();

describe('a result', () => {
  it.each<[string, unknown, string]>([
    ['is too large', 'x'.repeat(2_000), 'TSK_RESULT_TOO_LARGE'],
    ['has a NUL character', { text: 'a\u0000' }, 'TSK_RESULT_INVALID'],
    ['has half a surrogate pair', ['\udc00'], 'TSK_RESULT_INVALID'],
    ['is a bigint', 1n, 'TSK_RESULT_INVALID'],
    ['is a function', () => 0, 'TSK_RESULT_INVALID'],
    ['has a Map', { seen: new Map([['a', 1]]) }, 'TSK_RESULT_INVALID'],
    ['has NaN', { total: NaN }, 'TSK_RESULT_INVALID'],
    ['has an error', [new RangeError('x')], 'TSK_RESULT_INVALID'],
  ])('that %s fails the step for good, because a repeat would repeat its work', async (_what, output, code) => {
    const plan = await harness.template(template('result', [step('only', [], { handler: 'bad', retryLimit: 5 })]));
    const worker = await harness.start({ resultBytes: 1_000, handlers: { bad: () => Promise.resolve(output) } });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(await harness.rows.failures(taskId)).toEqual([expect.objectContaining({ kind: 'invalid_result', code })]);
  });

  it('that the database cannot hold fails that step alone, not the ones written with it', async () => {
    // Valid JSON text, but it nests deeper than the server's stack allows.
    const output = { fine: true };
    const monster = JSON.parse(`${'['.repeat(9_000)}${']'.repeat(9_000)}`) as unknown;
    const plan = await harness.template(
      template('monster', [
        step('bad', [], { handler: 'bad' }),
        step('good', [], { handler: 'good' }),
        step('other', [], { handler: 'good' }),
      ]),
    );
    const worker = await harness.start({
      handlers: { bad: () => Promise.resolve(monster), good: () => Promise.resolve(output) },
    });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(Object.values(await harness.rows.stepStates(taskId))).toEqual(['error', 'complete', 'complete']);
    expect(await harness.rows.failures(taskId)).toEqual([
      expect.objectContaining({ kind: 'invalid_result', code: 'TSK_RESULT_INVALID' }),
    ]);
  });

  it('keeps text that only looks like an escape', async () => {
    const output = { path: 'C:\\u0000', emoji: '😀', quote: '"\\ud800"' };
    const plan = await harness.template(template('escape', [step('only', [], { handler: 'good' })]));
    const worker = await harness.start({ handlers: { good: () => Promise.resolve(output) } });
    const taskId = await harness.run(worker, plan);
    expect((await harness.rows.steps(taskId))[0]?.result).toEqual(output);
  });
});

describe('schemas of a step', () => {
  const number = { type: 'object', required: ['n'], properties: { n: { type: 'number' } } };

  it('let a result through that fits, and fail one that does not for good', async () => {
    const plan = await harness.template(
      template('schema', [
        step('fits', [], { handler: 'fits', resultSchema: number }),
        step('not', [], { handler: 'not', resultSchema: number, retryLimit: 5 }),
      ]),
    );
    const worker = await harness.start({ handlers: { fits: async () => ({ n: 1 }), not: async () => ({ n: 'x' }) } });
    const taskId = await harness.create(worker, plan);
    expect(await harness.finished(taskId)).toBe('error');
    expect(await harness.rows.stepStates(taskId)).toEqual({ 0: 'complete', 1: 'error' });
    expect((await harness.rows.failures(taskId, 1)).map(({ kind }) => kind)).toEqual(['invalid_result']);
  });

  it('keep a handler from running on results of parents that do not fit', async () => {
    const inputSchema = { type: 'object', properties: { parent: number } };
    const plan = await harness.template(
      template('input', [
        step('parent', [], { handler: 'parent' }),
        step('child', ['parent'], { handler: 'child', inputSchema, retryLimit: 5 }),
      ]),
    );
    let ran = 0;
    const worker = await harness.start({
      handlers: {
        parent: async ({ task }) => task.context,
        child: async () => ++ran,
      },
    });
    expect(await harness.finished(await harness.create(worker, plan, { contextOf: { n: 2 } }))).toBe('complete');
    const wrong = await harness.create(worker, plan, { contextOf: { n: 'two' } });
    expect(await harness.finished(wrong)).toBe('error');
    expect(ran).toBe(1);
    expect((await harness.rows.failures(wrong, 1)).map(({ kind }) => kind)).toEqual(['invalid_input']);
  });
});
