export { TaskerHealthModule } from './tasker-health.module';
export type { TaskerHealthOptions, TaskerStatusOptions } from './tasker-health-options';
export { TaskerHealthIndicator } from './tasker-health.indicator';
export type { Liveness } from './probes.controller';
export type { Readiness, ReadinessCheck } from './readiness';
export type { TaskerStatus } from './status-report';
export type { HostDecorator } from '../surface/host-decorators';
