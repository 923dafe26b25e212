import { readFileSync } from 'node:fs';
import { DONE, failed, Workbench } from './support/workbench';

let bench: Workbench;
beforeAll(async () => {
  bench = await Workbench.open();
});
afterAll(() => bench.close());

it('finds nothing wrong at any point of a task that succeeds, fails, retries or waits', async () => {
  const task = await bench.task('sound');
  await task.run('abc');
  expect(await bench.audit()).toEqual([]);
});
