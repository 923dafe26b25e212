import type { Provider } from '@nestjs/common';
import {
  DataMask,
  Engine,
  EventBus,
  HandlerRegistry,
  PlanCache,
  systemClock,
  TaskDrafter,
  TaskEndings,
  TemplateRegistry,
} from '@tasker/core';
import type { Clock, EngineLog } from '@tasker/core';
import { NestEngineLog } from '../logging/nest-engine-log';
import { NestStepSurroundings } from '../logging/nest-step-surroundings';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { resolveTaskerOptions } from '../options/resolve-tasker-options';
import { TASKER_CLOCK, TASKER_ENGINE_STORE, TASKER_LOG, TASKER_OPTIONS } from '../tasker.constants';
import { MODULE_OPTIONS_TOKEN } from '../tasker.module-definition';
import { version } from '../tasker.version';
import type { TaskerStore } from './tasker-store';

type Options = ResolvedTaskerOptions;

const events: Provider = {
  provide: EventBus,
  inject: [TASKER_LOG],
  useFactory: (log: EngineLog) =>
    new EventBus((error, name) => log.error(`A listener of "${name}" failed.`, { event: name, error })),
};

const drafter: Provider = {
  provide: TaskDrafter,
  inject: [TemplateRegistry, TASKER_OPTIONS],
  useFactory: (templates: TemplateRegistry, { identity, limits }: Options) =>
    new TaskDrafter(templates, { identity: identity.strategy, contextBytes: limits.contextBytes }),
};

const engine: Provider = {
  provide: Engine,
  inject: [TASKER_OPTIONS, TASKER_ENGINE_STORE, TASKER_LOG, TASKER_CLOCK, PlanCache, HandlerRegistry, EventBus],
  useFactory: (
    options: Options,
    store: TaskerStore,
    log: EngineLog,
    clock: Clock,
    plans: PlanCache,
    handlers: HandlerRegistry,
    bus: EventBus,
  ) =>
    new Engine({
      ...{ store, log, clock, plans, handlers, events: bus },
      surroundings: new NestStepSurroundings(options.logging, maskOf(options)),
      env: options.templates.env,
      mask: maskOf(options),
      options: engineOptions(options),
    }),
};

/** None where nothing is to be hidden: then nothing is looked through. */
const maskOf = ({ masking: { paths, text } }: Options): DataMask | undefined =>
  paths.length > 0 ? new DataMask(paths, text) : undefined;

function engineOptions({
  role,
  worker,
  database,
  limits,
}: Options): ConstructorParameters<typeof Engine>[0]['options'] {
  const { concurrency, queues, leaseMs, pollMs, name, transactionalConnections } = worker;
  const { settleConnections } = database;
  return {
    ...{ role, concurrency, queues, leaseMs, pollMs, name, settleConnections, transactionalConnections, version },
    ...limits,
  };
}

/** The engine and what it is made of. @internal */
export const ENGINE_PROVIDERS: Provider[] = [
  { provide: TASKER_OPTIONS, inject: [MODULE_OPTIONS_TOKEN], useFactory: resolveTaskerOptions },
  {
    provide: TASKER_LOG,
    inject: [TASKER_OPTIONS],
    useFactory: (options: Options) => new NestEngineLog(options.logging, maskOf(options)),
  },
  {
    provide: DataMask,
    inject: [TASKER_OPTIONS],
    useFactory: (options: Options) => maskOf(options) ?? new DataMask([]),
  },
  { provide: TASKER_CLOCK, useValue: systemClock },
  { provide: HandlerRegistry, useFactory: () => new HandlerRegistry() },
  { provide: TemplateRegistry, useFactory: () => new TemplateRegistry() },
  {
    provide: PlanCache,
    inject: [TASKER_ENGINE_STORE, TemplateRegistry],
    useFactory: (store: TaskerStore, templates: TemplateRegistry) => new PlanCache(store, templates),
  },
  {
    provide: TaskEndings,
    inject: [TASKER_ENGINE_STORE, EventBus],
    useFactory: (store: TaskerStore, bus: EventBus) => new TaskEndings(store, bus),
  },
  ...[events, drafter, engine],
];
