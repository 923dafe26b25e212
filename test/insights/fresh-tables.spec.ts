import { FIND_STEPS } from '../../libs/postgres/src/read/task-statements';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';

const harness = engineHarness();

/** As much of a plan as says what it had to look at. */
interface PlanNode {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly 'Rows Removed by Join Filter'?: number;
  readonly Plans?: readonly PlanNode[];
}

/** Rows that any part of the plan produced or looked at for nothing. */
function rowsTouched(node: PlanNode): number {
  const perLoop =
    node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Join Filter'] ?? 0);
  return perLoop * node['Actual Loops'] + (node.Plans ?? []).reduce((sum, child) => sum + rowsTouched(child), 0);
}

async function touchedBy(statement: string, taskId: string): Promise<number> {
  const text = statement.replaceAll('$1', taskId);
  const [row] = await harness.rows.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(
    `explain (analyze, timing off, format json) ${text}`,
  );
  return rowsTouched((row as { 'QUERY PLAN': [{ Plan: PlanNode }] })['QUERY PLAN'][0].Plan);
}

/** One step, many after it, one after all of those. */
const wide = (name: string, width: number) =>
  template(name, [
    step('first'),
    ...Array.from({ length: width }, (_, index) => step(`s${index}`, ['first'])),
    step(
      'last',
      Array.from({ length: width }, (_, index) => `s${index}`),
    ),
  ]);

describe('without statistics', () => {
  beforeAll(async () => {
    for (const table of ['steps', 'tasks', 'step_templates', 'queue', 'delayed_steps']) {
      await harness.rows.query(`alter table tasker.${table} set (autovacuum_enabled = off)`);
    }
  });

  it('reading the steps of a task takes as many more rows as it has more steps, before it runs and after', async () => {
    const api = await harness.start({ role: 'api' });
    const touched: number[][] = [];
    for (const width of [500, 4_000]) {
      const plan = await harness.template(wide(`wide${width}`, width));
      const taskId = await harness.create(api, plan);
      const fresh = await touchedBy(FIND_STEPS, taskId);
      const worker = await harness.start({ concurrency: 500 });
      await harness.finished(taskId, 60_000);
      await worker.stop();
      touched.push([fresh, await touchedBy(FIND_STEPS, taskId)].map((rows) => rows / width));
    }
    const [small = [], large = []] = touched;
    large.forEach((perStep, index) => expect(perStep).toBeLessThan(2 * (small[index] ?? 0)));
    expect(Math.max(...large)).toBeLessThan(40);
  });
});
