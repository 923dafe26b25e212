import { Logger, makeWorkerUtils, run } from 'graphile-worker';
import pg from 'pg';

const TASK = 'step';

/** Errors only: it would log a line for each step, which nobody runs with at this rate. */
const logger = new Logger(() => (level, message) => {
  if (level === 'error') console.error('graphile-worker:', message);
});

const spec = (flow) => ({ identifier: TASK, payload: { flow, step: 0 } });

/** It knows no dependencies: the handler of a step adds the next. */
export const graphileWorker = {
  async prepare({ url }) {
    const utils = await makeWorkerUtils({ connectionString: url, logger });
    await utils.migrate();
    await utils.release();
  },

  async producer({ url }) {
    // A pool of our own: the one it makes may outlive `release`, and ends the process when the database is dropped.
    const pgPool = new pg.Pool({ connectionString: url, max: 16 });
    pgPool.on('error', () => undefined);
    const utils = await makeWorkerUtils({ pgPool, logger });
    return {
      start: (flow) => utils.addJob(TASK, { flow, step: 0 }),
      startMany: (flows) => utils.addJobs(flows.map(spec)),
      close: async () => {
        await utils.release();
        await pgPool.end();
      },
    };
  },

  async work({ url }, { steps }, record) {
    const runner = await run({
      preset: {
        worker: {
          connectionString: url,
          logger,
          maxPoolSize: 10,
          concurrentJobs: 24,
          localQueue: { size: 500, refetchDelay: { durationMs: 10 } },
          completeJobBatchDelay: 0,
        },
      },
      noHandleSignals: true,
      taskList: {
        [TASK]: async ({ flow, step }, { addJob }) => {
          const isLast = step === steps.length - 1;
          record(flow, isLast);
          if (!isLast) await addJob(TASK, { flow, step: step + 1 });
        },
      },
    });
    return { close: () => runner.stop() };
  },

  async pending({ client }) {
    const { rows } = await client.query('select count(*) from graphile_worker.jobs');
    return Number(rows[0].count);
  },

  /** It deletes what has completed, so there is no more to check. */
  faults: async () => [],
};
