export { TaskerMetricsModule } from './tasker-metrics.module';
export { MetricsListener } from './metrics-listener';
export type { TaskerMetricsListenOptions, TaskerMetricsOptions } from './tasker-metrics-options';
export { METRICS, type MetricDefinition } from './metric-table';
export type { HostDecorator } from '../surface/host-decorators';
