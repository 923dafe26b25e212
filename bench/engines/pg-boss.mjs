import { PgBoss } from 'pg-boss';

const QUEUE = 'step';

/** Woken by NOTIFY, batches of 50 by two workers, and at once again after a full batch. */
const WORK = { batchSize: 50, localConcurrency: 2, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 };

async function open({ url }, options) {
  const boss = new PgBoss({ connectionString: url, useListenNotify: true, ...options });
  boss.on('error', (error) => console.error('pg-boss:', error.message));
  await boss.start();
  return boss;
}

const stop = (boss) => boss.stop({ graceful: true, timeout: 5_000 });

/**
 * No joins that act at once: its flow() frees dependents by a pass that runs every second at most. So handlers chain by
 * hand, and `next` says how.
 */
const engine = (next) => ({
  async prepare(bed) {
    const boss = await open(bed, { supervise: false });
    await boss.createQueue(QUEUE, { notify: true });
    await stop(boss);
  },

  async producer(bed) {
    const boss = await open(bed, { supervise: false });
    return {
      start: (flow) => boss.send(QUEUE, { flow, step: 0 }),
      startMany: (flows) =>
        boss.insert(
          QUEUE,
          flows.map((flow) => ({ data: { flow, step: 0 } })),
        ),
      close: () => stop(boss),
    };
  },

  async work(bed, { steps }, record) {
    const boss = await open(bed, {});
    await boss.work(QUEUE, WORK, async (received) => {
      const following = [];
      for (const { data } of received) {
        const isLast = data.step === steps.length - 1;
        record(data.flow, isLast);
        if (!isLast) following.push({ flow: data.flow, step: data.step + 1 });
      }
      await next(boss, following);
      return { ok: true };
    });
    return { close: () => stop(boss) };
  },

  async pending({ client }) {
    const { rows } = await client.query("select count(*) from pgboss.job where state < 'completed'");
    return Number(rows[0].count);
  },

  async faults({ client }, { steps }) {
    const { rows } = await client.query("select count(*)::int as n from pgboss.job where state = 'completed'");
    return rows[0].n === steps ? [] : [`${rows[0].n} completed instead of ${steps}`];
  },
});

/** Each step sends the next, as handlers that know nothing of each other do. */
export const pgBoss = engine((boss, following) => Promise.all(following.map((data) => boss.send(QUEUE, data))));

/** The next steps of a whole batch in one insert: faster, for whoever gives up handlers that see one step. */
export const pgBossBatched = engine((boss, following) =>
  following.length > 0
    ? boss.insert(
        QUEUE,
        following.map((data) => ({ data })),
      )
    : undefined,
);
