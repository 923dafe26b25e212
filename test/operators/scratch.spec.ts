import { engineHarness } from '../support/engine-harness';
import { chain, fan, template } from '../support/engine-templates';
const harness = engineHarness();
async function time(what: string, work: () => Promise<unknown>): Promise<void> {
  const t = performance.now(); await work(); console.log(what, Math.round(performance.now() - t));
}
it.each([['fan', fan(2000)], ['chain', chain(2000)]] as const)('%s', async (name, steps) => {
  const plan = await harness.template(template(name, steps));
  const api = await harness.start({ role: 'api' });
  const id = await harness.create(api, plan);
  const recount = () => harness.rows.query('select * from tasker.recount_v1(array[$1]::bigint[], null, now())', [id]);
  await time(name + ' first act', () => harness.operators.act(id, { verb: 'edit_inputs', step: steps[0]!.name, inputs: {} }, { actor: 'a' }));
  await time('second', () => harness.operators.act(id, { verb: 'edit_inputs', step: steps[0]!.name, inputs: { a: 1 } }, { actor: 'a' }));
  await time('pause', () => harness.operators.act(id, { verb: 'pause' }, { actor: 'a' }));
  await time('recount', recount);
  await time('cancel first', () => harness.operators.act(id, { verb: 'cancel_step', step: steps[0]!.name }, { actor: 'a' }));
  await time('recount', recount);
  await time('rerun first', () => harness.operators.act(id, { verb: 'rerun', step: steps[0]!.name }, { actor: 'a' }));
  await time('recount', recount);
  await time('skip first', () => harness.operators.act(id, { verb: 'skip_step', step: steps[0]!.name, force: true }, { actor: 'a' }));
  await time('recount', recount);
  await time('rerun first', () => harness.operators.act(id, { verb: 'rerun', step: steps[0]!.name }, { actor: 'a' }));
  await time('cancel', () => harness.operators.act(id, { verb: 'cancel' }, { actor: 'a' }));
}, 100000);
