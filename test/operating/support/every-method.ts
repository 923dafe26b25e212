import type { INestApplicationContext } from '@nestjs/common';
import { TaskApprovals, TaskBulk, TaskerService, TaskInsights, TaskRetention } from '@tasker/nestjs';
import { ApiKeyStore, TaskerDatabase } from '@tasker/postgres';
import { from } from '../../module/support/boot-app';

/** One call of something public. */
export interface PublicCall {
  readonly name: string;
  readonly call: () => Promise<unknown>;
}

type Arguments = Readonly<Record<string, readonly unknown[]>>;

const ACT = { actor: 'ann' };
const STEP = { namespace: 'default', name: 'greet', step: 'only' };
const EDIT = { verb: 'edit', taskReason: 'touched' };

/** What every public method that reaches the database is called with, by class. */
const argumentsOf = (id: string): readonly (readonly [type: new (...args: never[]) => object, Arguments])[] => [
  [
    TaskerService,
    {
      create: [{ name: 'greet' }],
      createMany: [[{ name: 'greet' }, { name: 'greet' }]],
      createEach: [[{ name: 'greet' }]],
      signal: ['ping', { taskId: id }],
      find: [id],
      get: [id],
      list: [],
      history: [id],
      progress: [[id]],
      waitFor: [id, { timeoutMs: 1_000 }],
      act: [id, { verb: 'pause' }, ACT],
      annotate: [id, { type: 'note', annotation: {} }, ACT],
      annotations: [id],
      pauseStep: [STEP, ACT],
      resumeStep: [STEP, ACT],
      pausedSteps: [],
      drainWorker: [1],
      cancel: [id, ACT],
      retry: [id, ACT],
      rerun: [id, 'only', ACT],
      resolve: [id, ACT],
      pause: [id, ACT],
      resume: [id, ACT],
      setPriority: [id, 5, ACT],
      retryStep: [id, 'only', ACT],
      cancelStep: [id, 'only', ACT],
      skipStep: [id, 'only', ACT],
      resolveStep: [id, 'only', {}, ACT],
      editInputs: [id, 'only', { a: 1 }, ACT],
      setAttempts: [id, 'only', 5, ACT],
    },
  ],
  [
    TaskApprovals,
    {
      list: [],
      get: ['1'],
      decide: ['1', { decision: 'approve', actor: 'ann' }],
      delegate: ['1', { to: ['user:ben'], actor: 'ann' }],
    },
  ],
  [
    TaskInsights,
    {
      count: [{}],
      readiness: [id],
      executionContext: [id],
      levels: [id],
      criticalPath: [id],
      errorChains: [id],
      blastRadius: [id, 'only'],
      parallelism: [id],
      explain: [id],
      taskDiagram: [id],
      templateDiagram: [{ namespace: 'default', name: 'greet' }],
      healthCounts: [],
      performance: [],
      slowestSteps: [],
      slowestTasks: [],
      bottlenecks: [],
      failureGroups: [],
    },
  ],
  [
    TaskBulk,
    {
      preview: [{ name: 'greet' }, EDIT],
      start: [{ name: 'greet' }, EDIT, ACT],
      find: ['1'],
      list: [],
      cancel: ['1'],
      resume: ['1'],
    },
  ],
  [TaskRetention, { sweep: [] }],
  [
    ApiKeyStore,
    {
      create: [{ name: 'k', namespaces: '*', permissions: ['tasker.task:show'], createdBy: 'ann' }],
      list: [],
      revoke: [1, 'ann'],
      verify: [`tsk_${'a'.repeat(12)}_${'b'.repeat(43)}`],
    },
  ],
];

const HOOKS = /^(constructor|on[A-Z]\w+|beforeApplicationShutdown)$/;
/** Of TypeScript, not of JavaScript. */
const PRIVATE = new Set(['adopt', 'publish', 'sweepByItself', 'report', 'sweepAfter', 'afterEnd']);

function methodsOf(type: { readonly prototype: object }): string[] {
  const above: unknown = Object.getPrototypeOf(type.prototype);
  const inherited = above === Object.prototype ? [] : Object.getOwnPropertyNames(above);
  const names = [...Object.getOwnPropertyNames(type.prototype), ...inherited];
  return [...new Set(names)].filter((name) => !HOOKS.test(name) && !PRIVATE.has(name));
}

/** Public methods for which the table has no arguments. */
export const missingFromTable = (): string[] =>
  argumentsOf('1').flatMap(([type, table]) =>
    methodsOf(type)
      .filter((name) => !(name in table))
      .map((name) => `${type.name}.${name}`),
  );

/** Every public method of an application that reaches the database, about one task. */
export function everyMethod(app: INestApplicationContext, taskId: string): PublicCall[] {
  return argumentsOf(taskId).flatMap(([type, table]) => {
    const target: object =
      type === (ApiKeyStore as unknown) ? new ApiKeyStore(from(app, TaskerDatabase).session) : from(app, type);
    return Object.entries(table).map(([name, values]) => ({
      name: `${type.name}.${name}`,
      call: () =>
        (target as Record<string, (...args: readonly unknown[]) => Promise<unknown>>)[name]?.(...values) ??
        Promise.reject(new Error('no such method')),
    }));
  });
}
