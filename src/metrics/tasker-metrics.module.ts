import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ModulesContainer, RouterModule } from '@nestjs/core';
import { getToken } from '@willsoto/nestjs-prometheus';
import { accessProviders } from '../access/access-option';
import { registeredOnce } from '../runtime/registered-once';
import { withHostDecorators } from '../surface/host-decorators';
import { DatabaseReadings } from './database-reading';
import { MetricsListener } from './metrics-listener';
import { METRICS } from './metric-table';
import { TaskerMetrics } from './tasker-metrics';
import { METRICS_OPTIONS, resolveMetricsOptions, type TaskerMetricsOptions } from './tasker-metrics-options';
import { TaskerMetricsController } from './tasker-metrics.controller';

/** So that `@InjectMetric('tasker_…')` works in the application; undefined for one that is switched off. */
const INJECTABLE: Provider[] = METRICS.map(({ name }) => ({
  provide: getToken(name),
  inject: [TaskerMetrics],
  useFactory: (metrics: TaskerMetrics) => metrics.metric(name),
}));

/**
 * Prometheus metrics of this process, and of the whole database from one process of all. Register it once, beside
 * `TaskerModule.forRoot`.
 *
 * @public
 */
@Module({})
export class TaskerMetricsModule {
  /** @throws {TaskerError} TSK_BOOT_INVALID when the application registers it twice */
  constructor(modules: ModulesContainer) {
    registeredOnce(modules, TaskerMetricsModule);
  }

  /** @throws {TaskerError} TSK_OPTIONS_INVALID with every fault */
  static register(options: TaskerMetricsOptions = {}): DynamicModule {
    const resolved = resolveMetricsOptions(options);
    const { path, listen } = resolved;
    return {
      module: TaskerMetricsModule,
      imports: path === false ? [] : [RouterModule.register([{ path, module: TaskerMetricsModule }])],
      controllers: path === false ? [] : withHostDecorators([TaskerMetricsController], options.decorators),
      providers: [
        { provide: METRICS_OPTIONS, useValue: resolved },
        ...[DatabaseReadings, TaskerMetrics, ...INJECTABLE],
        ...(path === false ? [] : accessProviders(options.access)),
        ...(listen ? [MetricsListener] : []),
      ],
      exports: listen ? [...INJECTABLE, MetricsListener] : INJECTABLE,
    };
  }
}
