export { TaskerMetricsModule } from './tasker-metrics.module';
export type { TaskerMetricsOptions } from './tasker-metrics-options';
export { METRICS, type MetricDefinition } from './metric-table';
export type { HostDecorator } from '../surface/host-decorators';
