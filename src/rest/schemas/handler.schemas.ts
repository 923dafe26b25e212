import { STEP_KINDS } from '@tasker/core';
import { Model } from '../openapi/model';
import { flag, instant, integer, list, nullable, number, object, oneOf, record, text } from '../openapi/schema-parts';
import { DIAGRAM } from './view.schemas';

const namespace = text('Namespace.', { example: 'default' });
const name = text('Name of the template.', { example: 'fulfil_order' });
const version = text('Version.', { example: '1.0.0' });
const step = text('Name of a step.', { example: 'charge_payment' });

const kind = oneOf(STEP_KINDS, 'What it is: the work of a handler, or something the engine decides itself.');

/** @internal */
export const NAMESPACES = new Model(
  'TaskerNamespaces',
  object('Namespaces that have templates.', {
    namespaces: list(
      object('A namespace.', { name: namespace, handlerCount: integer('Templates in it, each counted once.') }),
      'By name.',
    ),
    totalNamespaces: integer('How many.'),
  }),
);

/** @internal */
export const NAMESPACE = new Model(
  'TaskerNamespace',
  object('The templates of a namespace.', {
    namespace,
    handlers: list(
      object('A template.', {
        name,
        namespace,
        versions: list(version, 'The highest first: 0.10.0 is higher than 0.9.0.'),
        latestVersion: version,
      }),
      'By name.',
    ),
    totalHandlers: integer('How many.'),
  }),
);

const STEP_TEMPLATE = new Model(
  'TaskerStepTemplate',
  object('A step of a template.', {
    name: step,
    description: nullable(text('What it does.')),
    kind,
    handler: text('Name of the step handler; `@engine` for a step without one.', { example: 'charge_payment' }),
    available: flag('A live worker has this handler and serves this queue.'),
    dependsOn: list(step, 'Steps whose results it needs.'),
    when: nullable(text('Expression; false: the step is left out.', { example: 'context.total > 500' })),
    runIf: oneOf(['any', 'all', 'always'], 'Which parents have to have run when branches left some of them out.'),
    switch: nullable(
      list(
        object(
          'A case.',
          { when: text('Expression; absent in the default.'), steps: list(step, 'Dependents that run then.') },
          { optional: ['when'] },
        ),
        'Cases; the first that holds is taken.',
      ),
    ),
    choices: nullable(list(step, 'Dependents among which its handler chooses.')),
    dependentSystem: nullable(text('External system it talks to.')),
    retryable: flag('A failure may be tried again.'),
    retryLimit: integer('Attempts in total.'),
    timeoutMs: nullable(integer('Time one attempt may take, milliseconds.')),
    skippable: flag('A request may leave it out.'),
    queue: text('Named queue.', { example: 'default' }),
    onWorkerLoss: text('`retry` or `fail`.', { example: 'retry' }),
    handlerConfig: record('Handed to the handler.'),
    customEvents: list(
      object(
        'An event it may publish.',
        { name: text('Name.'), description: text('When.') },
        { optional: ['description'] },
      ),
      'Its own events.',
    ),
  }),
);

/** @internal */
export const HANDLER = new Model(
  'TaskerHandler',
  object('A template.', {
    namespace,
    name,
    version,
    fullName: text('All three in one.', { example: 'default.fulfil_order@1.0.0' }),
    revision: integer('Of this version; tasks keep the one they were created with.'),
    description: nullable(text('What it is for.')),
    contextSchema: nullable(record('JSON Schema of the context.')),
    versions: list(version, 'All versions, the highest first.'),
    available: flag('Live workers have the handlers of all its steps.'),
    stepTemplates: list(STEP_TEMPLATE, 'Its steps.'),
    dependencyGraph: object('The same as a graph.', {
      nodes: list(object('A step.', { name: step, kind, handler: text('Its handler.') }), 'Steps.'),
      edges: list(object('A dependency.', { from: step, to: step }), 'From the step that comes first.'),
      executionOrder: list(step, 'Parents before children.'),
    }),
    definition: record('The whole definition, as it was registered.'),
    diagram: DIAGRAM,
  }),
);

/** @internal */
export const STEP_PAUSE_RECEIPT = new Model(
  'TaskerStepPauseReceipt',
  object('What pausing or resuming a step everywhere changed.', {
    changed: flag('False: it was so already.'),
    released: integer('Steps that were held back and wait in the queue again.'),
    at: number('Time of the database, epoch milliseconds.'),
  }),
);

/** @internal */
export const STEP_PAUSES = new Model(
  'TaskerStepPauses',
  object('Steps that are paused everywhere.', {
    pausedSteps: list(
      object('A step.', {
        namespace,
        name,
        version: nullable(text('Null: every version.')),
        step,
        actor: text('Who paused it.'),
        reason: nullable(text('Why.')),
        pausedAt: instant('When.'),
      }),
      'By namespace, name and step.',
    ),
    truncated: flag('There are more than the 1,000 that are listed.', { example: false }),
  }),
);

/** @internal */
export const WORKERS = new Model(
  'TaskerWorkers',
  object('Processes that run steps.', {
    workers: list(
      object('A worker.', {
        id: integer('Id; new with every start of the process.', { example: 3 }),
        name: text('Name.', { example: 'shop-1:4711' }),
        host: text('Host.', { example: 'shop-1' }),
        pid: integer('Process id.'),
        version: text('Version of Tasker it runs.', { example: '0.1.0' }),
        alive: flag('Its lease has not run out.'),
        draining: flag('It takes no more steps, or was asked not to.'),
        concurrency: integer('Handlers it runs at once.'),
        running: integer('Steps in its hands at the last heartbeat.'),
        handlers: list(text('Name of a handler.'), 'Handlers it has.'),
        queues: list(text('Named queue.'), 'Queues it serves.'),
        startedAt: instant('When it started.'),
        heartbeatAt: instant('When it was heard of last.'),
        leaseExpiresAt: instant('When its steps are given to others unless it is heard of.'),
        lostAt: nullable(instant('When they were.')),
      }),
      'Newest first.',
    ),
    truncated: flag('There are more than the 1,000 that are listed.', { example: false }),
  }),
);
