export { TaskerRestModule } from './tasker-rest.module';
export type { TaskerRestExtras, TaskerRestLimits, TaskerRestOptions } from './rest-options';
export type { HostDecorator } from '../surface/host-decorators';
