import { PermanentError, type TaskFilter } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { readSide, type ReadSide } from './support/read-side';

const harness = engineHarness();
let read: ReadSide;
beforeAll(() => (read = readSide(harness)));

describe('failure groups', () => {
  it('gather failures of one cause, whatever differs in their messages', async () => {
    const plan = await harness.template(
      template('groups', [step('call', [], { handler: 'call', retryLimit: 2 })], { namespace: 'f' }),
    );
    let calls = 0;
    const worker = await harness.start({
      handlers: {
        call: async ({ task }) => {
          const { kind } = task.context as { kind: string };
          if (kind === 'gone')
            throw new PermanentError(`order 'A-${task.id}' of 3f2504e0-4f89-11d3-9a0c-0305e82c3301 not found`);
          if (++calls % 2 === 1) throw new Error(`can't connect to 10.0.0.${task.id}:5432`);
          return null;
        },
      },
    });
    for (const kind of ['gone', 'gone', 'flaky']) await harness.run(worker, plan, { contextOf: { kind } });
    const groups = await read.analytics.failureGroups({ namespace: 'f' });
    expect(groups).toEqual([
      expect.objectContaining({
        ...{
          step: 'call',
          kind: 'permanent',
          errorName: 'PermanentError',
          pattern: 'order ? of ? not found',
          versions: ['1.0.0'],
        },
        ...{ failures: 2, tasks: 2, openTasks: 2, sampleMessage: expect.stringMatching(/^order 'A-\d+' of 3f2504e0/) },
      }),
      expect.objectContaining({ pattern: "can't connect to ?", failures: 1, tasks: 1, openTasks: 0 }),
    ]);
    const [gone, flaky] = groups;
    expect(gone && gone.firstAt < gone.lastAt).toBe(true);
    const of = async (filter: TaskFilter) => (await read.tasks.list(filter)).tasks.length;
    expect(await of({ errorFingerprint: gone?.fingerprint ?? '' })).toBe(2);
    expect(await of({ errorFingerprint: flaky?.fingerprint ?? '' })).toBe(0);
  });

  it.each([
    ['plain words', 'plain words'],
    ['user 42 has 3.5 of 1,000', 'user ? has ? of ?'],
    ['id 3F2504E0-4F89-11D3-9A0C-0305E82C3301', 'id ?'],
    ['at 0xDEADBEEF in deadbeef01 but not in deadbeef', 'at ? in ? but not in deadbeef'],
    [`no "thing" named 'x y' or \`z\``, 'no ? named ? or ?'],
    [`can't find it, won't try`, `can't find it, won't try`],
    ['lines\n  and\tspaces ', 'lines and spaces'],
    ['retry2 of step_3', 'retry? of step_?'],
  ])('sees in %j the pattern %j', async (message, pattern) => {
    const [row] = await harness.rows.query<{ pattern: string }>('select tasker.error_pattern_v1($1) as pattern', [
      message,
    ]);
    expect(row?.pattern).toBe(pattern);
  });
});
