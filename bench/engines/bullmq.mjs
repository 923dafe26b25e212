import { FlowProducer, Queue, Worker } from 'bullmq';
import { GRAPHS } from '../graphs.mjs';

const QUEUE = 'bench';
const opts = { removeOnComplete: true };
const COUNTED = ['waiting', 'active', 'delayed', 'prioritized', 'waiting-children'];

const settings = ({ redisUrl, prefix }) => ({ connection: { url: redisUrl, maxRetriesPerRequest: null }, prefix });
const node = (name, flow, children = []) => ({ name, queueName: QUEUE, data: { flow }, opts, children });

/** A chain is a tree of one branch: the last step is its root and waits for its child. */
const chain = ({ steps }, flow) => steps.reduce((child, { name }) => node(name, flow, child ? [child] : []), undefined);

/** A tree cannot open out and close again: the first step's handler adds the rest, a root with many children. */
const rest = ({ steps, last }, flow) =>
  node(
    last,
    flow,
    steps.slice(1, -1).map(({ name }) => node(name, flow)),
  );

const first = (graph, flow) => (graph.width ? node(graph.steps[0].name, flow) : chain(graph, flow));

export const bullmq = {
  prepare: async () => undefined,

  async producer(bed) {
    const graph = GRAPHS[bed.graph];
    const flows = new FlowProducer(settings(bed));
    const queue = new Queue(QUEUE, settings(bed));
    const isSingle = graph.steps.length === 1;
    const single = (flow) => ({ name: graph.last, data: { flow }, opts });
    return {
      start: (flow) => (isSingle ? queue.add(graph.last, { flow }, opts) : flows.add(first(graph, flow))),
      startMany: (numbers) =>
        isSingle ? queue.addBulk(numbers.map(single)) : flows.addBulk(numbers.map((flow) => first(graph, flow))),
      close: () => Promise.all([flows.close(), queue.close()]),
    };
  },

  async work(bed, graph, record) {
    const flows = new FlowProducer(settings(bed));
    const handle = async ({ name, data: { flow } }) => {
      record(flow, name === graph.last);
      if (graph.width && name === graph.steps[0].name) await flows.add(rest(graph, flow));
      return { ok: true };
    };
    const worker = new Worker(QUEUE, handle, { ...settings(bed), concurrency: 50 });
    worker.on('error', (error) => console.error('bullmq:', error.message));
    await worker.waitUntilReady();
    return { close: () => Promise.all([worker.close(), flows.close()]) };
  },

  async pending(bed) {
    const queue = new Queue(QUEUE, settings(bed));
    const counts = await queue.getJobCounts(...COUNTED);
    await queue.close();
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  },

  /** What has completed is removed; what failed is kept and would show. */
  async faults(bed) {
    const queue = new Queue(QUEUE, settings(bed));
    const failed = await queue.getFailedCount();
    await queue.obliterate({ force: true });
    await queue.close();
    return failed === 0 ? [] : [`${failed} failed`];
  },
};
