import { migrations } from '@tasker/migrations';
import { corruptions } from './support/corruptions';
import { arrangeAll, type Scenario } from './support/scenarios';
import { Workbench, type TaskOnBench } from './support/workbench';

const positionOf = (step: string): number | null =>
  step === 'task' ? null : step === 'end' ? -1 : 'abcdefg'.indexOf(step);

describe('the auditor', () => {
  let bench: Workbench;
  let tasks: Record<Scenario, TaskOnBench>;
  beforeAll(async () => {
    bench = await Workbench.open();
    tasks = await arrangeAll(bench);
  });
  afterAll(() => bench.close());
  afterEach(() => bench.client.query('rollback'));

  it('finds nothing wrong as long as nothing is broken', async () => {
    expect(await bench.audit()).toEqual([]);
  });

  it.each(corruptions)('names %s of the %s task at %s after: %s', async (rule, scenario, step, sql) => {
    const { id } = tasks[scenario];
    await bench.client.query('begin');
    await bench.client.query(sql.replaceAll(':id', id));
    const found = await bench.audit();
    expect(found).toContainEqual({ rule, taskId: id, position: positionOf(step), detail: expect.stringMatching(/./) });
  });

  it('is tested for every rule it has', () => {
    const parts = migrations.flatMap(({ up }) => up.split('create function tasker.audit_').slice(1));
    const text = parts.map((part) => part.slice(0, part.indexOf('$$;'))).join();
    const rules = [...text.matchAll(/select '(\w+)',/g)].map((match) => match[1]);
    expect(new Set(corruptions.map(([rule]) => rule))).toEqual(new Set(rules));
  });
});
