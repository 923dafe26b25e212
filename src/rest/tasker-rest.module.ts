import { Inject, Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ModulesContainer, RouterModule } from '@nestjs/core';
import { accessProviders } from '../access/access-option';
import { API_PROVIDERS } from '../api/api.providers';
import { registeredOnce } from '../runtime/registered-once';
import { withHostDecorators } from '../surface/host-decorators';
import { AnalyticsController } from './analytics/analytics.controller';
import { BodyReader } from './bodies/body-reader';
import { HoldBodies } from './bodies/hold-bodies';
import { BulkController } from './bulk/bulk.controller';
import { HandlersController } from './handlers/handlers.controller';
import { PausedStepsController } from './handlers/paused-steps.controller';
import { Admission } from './http/admission';
import { CallerShareGuard, InFlightGuard } from './http/admission.guards';
import { TaskerExceptionFilter } from './http/tasker-exception.filter';
import { OperationInterceptor } from './operation/operation.interceptor';
import { REST_LIMITS, REST_PATH, resolveRestLimits, resolveRestPath, type TaskerRestExtras } from './rest-options';
import { WorkflowStepsController } from './steps/workflow-steps.controller';
import {
  ConfigurableModuleClass,
  REST_OPTIONS,
  type ASYNC_OPTIONS_TYPE,
  type OPTIONS_TYPE,
} from './tasker-rest.module-definition';
import { AnnotationsController } from './tasks/annotations.controller';
import { TaskViewsController } from './tasks/task-views.controller';
import { TasksController } from './tasks/tasks.controller';
import { TaskVerbsController } from './verbs/task-verbs.controller';
import { ApprovalsController } from './waits/approvals.controller';
import { SignalsController } from './waits/signals.controller';
import { WorkersController } from './workers/workers.controller';

const CONTROLLERS = [
  ...[TasksController, TaskVerbsController, AnnotationsController, TaskViewsController, WorkflowStepsController],
  ...[HandlersController, PausedStepsController, AnalyticsController, BulkController, WorkersController],
  ...[SignalsController, ApprovalsController],
];
const PROVIDERS: Provider[] = [
  ...[Admission, InFlightGuard, CallerShareGuard, BodyReader, OperationInterceptor, TaskerExceptionFilter, HoldBodies],
  ...API_PROVIDERS,
  { provide: REST_LIMITS, inject: [REST_OPTIONS], useFactory: resolveRestLimits },
];

/**
 * Tasker over HTTP, once per application, on Express or Fastify. Nothing of it is global: guard, filter and interceptor
 * are bound to its own controllers. Closed by default: see {@link TaskerRestExtras.access}.
 *
 * @public
 */
@Module({})
export class TaskerRestModule extends ConfigurableModuleClass {
  /** Options are checked when the application boots, all faults at once. */
  static override register(options: typeof OPTIONS_TYPE = {}): DynamicModule {
    return mounted(super.register(options), options);
  }

  /** As `register`, with the limits from a factory; `path` and `access` shape the module and are given here. */
  static override registerAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return mounted(super.registerAsync(options), options);
  }

  constructor(@Inject(ModulesContainer) modules: ModulesContainer) {
    super();
    registeredOnce(
      modules,
      TaskerRestModule,
      'Register it in one module: a second path would take the place of the first.',
    );
  }
}

function mounted(module: DynamicModule, { path, access, decorators }: TaskerRestExtras): DynamicModule {
  const plain = { provide: REST_PATH, useFactory: () => resolveRestPath(path) };
  // A path that is wrong is reported when the application boots, as all options are.
  const route = typeof path === 'string' || path === undefined ? (path ?? 'tasker') : '';
  return {
    ...module,
    imports: [...(module.imports ?? []), RouterModule.register([{ path: route, module: TaskerRestModule }])],
    controllers: withHostDecorators(CONTROLLERS, decorators),
    providers: [...(module.providers ?? []), ...PROVIDERS, plain, ...accessProviders(access)],
  };
}
