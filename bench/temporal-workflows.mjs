// The workflow that Temporal's worker bundles and runs in its sandbox: it may import nothing of the benchmark.
import { proxyActivities } from '@temporalio/workflow';

const { step } = proxyActivities({ startToCloseTimeout: '1 minute' });

/** The steps one after the other; `isSpread`: the first, then all but the last at once, then the last. */
export async function flow(number, names, isSpread) {
  if (!isSpread) for (const name of names) await step(number, name);
  else {
    await step(number, names[0]);
    await Promise.all(names.slice(1, -1).map((name) => step(number, name)));
    await step(number, names.at(-1));
  }
}
