import { PostgresEngineStore } from '@tasker/postgres';
import { Client } from 'pg';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';

const harness = engineHarness();
const TARGET = { namespace: 'default', name: 'beside', step: 'only' };
const ACT = { actor: 'ann' };

/** Holds what registrations and pauses lock, until told otherwise. */
async function held(): Promise<() => Promise<void>> {
  const client = new Client({ connectionString: harness.url });
  await client.connect();
  await client.query('begin');
  await client.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`${harness.handle.channel}/templates`]);
  return () => client.end();
}

describe('a revision that is registered beside a pause', () => {
  it('is paused as well, whoever comes first; and goes on when the pause ends beside it', async () => {
    await harness.template(template('beside', [step('only')]));
    const store = new PostgresEngineStore(harness.handle);
    for (const [n, pausing] of [true, false, true, false].entries()) {
      const letGo = await held();
      const revised = template('beside', [step('only', [], { retryLimit: 10 + n })]);
      const both = [
        () => store.registerTemplates([revised], 'revise'),
        () => (pausing ? harness.operators.pauseStep(TARGET, ACT) : harness.operators.resumeStep(TARGET, ACT)),
      ];
      const under = (n < 2 ? both : both.toReversed()).map((act) => act());
      await harness.waiting('advisory', 2);
      await letGo();
      await Promise.all(under);
      const rows = await harness.rows.query('select distinct paused from tasker.step_templates');
      expect(rows).toEqual([{ paused: pausing }]);
    }
  });
});
