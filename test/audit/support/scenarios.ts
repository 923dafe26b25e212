import { failed, type TaskOnBench, type Workbench } from './workbench';

/** Tasks of the workbench's graph, each stopped in another state. */
export type Scenario = 'fresh' | 'running' | 'middle' | 'waiting' | 'lost' | 'failed' | 'done';

const ARRANGE: Readonly<Record<Scenario, (task: TaskOnBench) => Promise<unknown>>> = {
  fresh: () => Promise.resolve(),
  running: (task) => task.claim('a'),
  /** Two dependents in the queue, a join that waits for its second parent. */
  middle: (task) => task.run('ab'),
  waiting: (task) => task.run('a', failed('error')),
  /** Its worker died: in the queue again, one attempt spent. */
  lost: (task) => task.run('a', failed('worker_lost')),
  failed: async (task) => {
    await task.run('a');
    await task.run('b', failed('permanent'));
    await task.run('cf');
  },
  done: (task) => task.run('abcdef'),
};

/** All of them in one database, by name. */
export async function arrangeAll(bench: Workbench): Promise<Record<Scenario, TaskOnBench>> {
  const tasks = {} as Record<Scenario, TaskOnBench>;
  for (const scenario of Object.keys(ARRANGE) as Scenario[]) {
    tasks[scenario] = await bench.task(scenario);
    await ARRANGE[scenario](tasks[scenario]);
  }
  return tasks;
}
