import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { OnTaskerEvent, StepHandler, TaskerModule, TaskerService } from '@tasker/nestjs';
import { GRAPHS } from '../graphs.mjs';

const QUIET = ['error', 'fatal'];
const AS_IN_PRODUCTION = ['log', 'warn', 'error', 'fatal'];

/** The template of a graph. */
export const template = (name) => ({
  ...{ namespace: 'bench', name, version: '1.0.0' },
  steps: GRAPHS[name].steps.map((step) => ({ ...step, handler: 'noop' })),
});
const request = (graph, flow) => ({ namespace: 'bench', name: graph, context: { flow } });

function handlers(graph, record) {
  class Noop {
    process(step) {
      record(step.task.context.flow, step.name === graph.last);
      return { ok: true };
    }
  }
  StepHandler('noop')(Noop);
  return Noop;
}

/** A listener as applications have them, so that events are made and delivered. It counts, which is checked. */
function listeners() {
  class Ends {
    steps = 0;
    tasks = 0;
    stepCompleted() {
      this.steps++;
    }
    taskCompleted() {
      this.tasks++;
    }
  }
  const decorate = (name, method) =>
    OnTaskerEvent(name)(Ends.prototype, method, Object.getOwnPropertyDescriptor(Ends.prototype, method));
  decorate('step.completed', 'stepCompleted');
  decorate('task.completed', 'taskCompleted');
  return Ends;
}

/** A real Nest application without HTTP, with Tasker's defaults: 50 handlers at once, log level info. */
async function openApplication({ url, graph, leaseMs = 15_000 }, role, record = () => undefined) {
  const [Noop, Ends] = [handlers(GRAPHS[graph], record), listeners()];
  const tasker = TaskerModule.forRoot({ database: { url }, role, templates: [template(graph)], worker: { leaseMs } });
  class BenchModule {}
  const module = { module: BenchModule, imports: [tasker], providers: [Noop, Ends] };
  const logger = role === 'api' ? QUIET : AS_IN_PRODUCTION;
  const app = await NestFactory.createApplicationContext(module, { logger, abortOnError: false });
  return { service: app.get(TaskerService), ends: app.get(Ends), close: () => app.close() };
}

async function producer(bed) {
  const { service, close } = await openApplication(bed, 'api');
  return {
    start: (flow) => service.create(request(bed.graph, flow)),
    startMany: (flows) => service.createMany(flows.map((flow) => request(bed.graph, flow))),
    close,
  };
}

async function work(bed, graph, record, role = 'worker') {
  const { service, ends, close } = await openApplication(bed, role, record);
  return { start: (flow) => service.create(request(bed.graph, flow)), ended: () => ends.steps, close };
}

export const tasker = {
  prepare: async (bed) => (await openApplication(bed, 'api')).close(),
  producer,
  work,
  async pending({ client, before = 0 }) {
    const { rows } = await client.query(
      `select (select count(*) from tasker.queue) + (select count(*) from tasker.delayed_steps)
            + (select count(*) from tasker.tasks where tasker.task_open_v1(state) and id > $1) as count`,
      [before],
    );
    return Number(rows[0].count);
  },
  /** Once all has ended: every step completed by exactly one settlement, and, of a few, all that the auditor knows. */
  async faults({ client, before = 0 }, { flows, steps }) {
    const { rows } = await client.query(
      `select (select count(*) from tasker.tasks where state = tasker.task_complete() and id > $1)::int as "complete tasks",
              (select count(*) from tasker.steps
                where position >= 0 and state = tasker.step_complete() and task_id > $1)::int as "complete steps",
              (select count(*) from tasker.step_history where to_state = tasker.step_complete() and task_id > $1)::int as "settlements"`,
      [before],
    );
    const wanted = { 'complete tasks': flows, 'complete steps': steps, settlements: steps };
    const wrong = Object.keys(wanted).filter((fact) => rows[0][fact] !== wanted[fact]);
    const faults = wrong.map((fact) => `${rows[0][fact]} ${fact} instead of ${wanted[fact]}`);
    return steps > 20_000 || before > 0 ? faults : [...faults, ...(await auditFindings(client))];
  },
};

/** Creates in the process that runs the steps: no way through the queue for a task that finds room. */
export const taskerInOneProcess = {
  ...tasker,
  work: (bed, graph, record) => work(bed, graph, record, 'all'),
  createsInWorker: true,
};

async function auditFindings(client) {
  const { rows } = await client.query('select rule, count(*)::int as number from tasker.audit_v1() group by rule');
  return rows.map(({ rule, number }) => `audit: ${rule} (${number})`);
}
