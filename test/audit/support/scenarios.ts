import { failed, type TaskOnBench, type Workbench } from './workbench';

/** Tasks of the workbench's graph, each stopped in another state. */
export type Scenario =
  | 'fresh'
  | 'running'
  | 'middle'
  | 'waiting'
  | 'lost'
  | 'failed'
  | 'done'
  | 'parked'
  | 'ahead'
  | 'rerun'
  | 'cut'
  | 'forked';

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
  /** Paused with its first step in the queue, which a claim has put aside. */
  parked: async (task) => {
    await task.act({ verb: 'pause' });
    await task.park('a');
  },
  /** The join was skipped while its parents wait. */
  ahead: async (task) => {
    await task.run('a');
    await task.act({ verb: 'skip_step', step: 'd' });
  },
  /** From the middle, when all was done; one step has run again. */
  rerun: async (task) => {
    await task.run('abcdef');
    await task.act({ verb: 'rerun', step: 'b' });
    await task.run('b');
  },
  /** Cancelled, but what ran may finish. */
  cut: async (task) => {
    await task.claim('a');
    await task.act({ verb: 'cancel', running: 'finish' });
  },
  /** Somebody chose one of the two branches; what follows the other alone is left out with it. */
  forked: (task) => task.act({ verb: 'skip_step', step: 'a', choice: ['b'] }),
};

/** All of them in one database, by name. */
export async function arrangeAll(bench: Workbench): Promise<Record<Scenario, TaskOnBench>> {
  const tasks = {} as Record<Scenario, TaskOnBench>;
  for (const scenario of Object.keys(ARRANGE) as Scenario[]) {
    tasks[scenario] = await (scenario === 'forked' ? bench.branchingTask(scenario) : bench.task(scenario));
    await ARRANGE[scenario](tasks[scenario]);
  }
  return tasks;
}
