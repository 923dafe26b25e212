export { TaskerRestModule } from './tasker-rest.module';
export type { TaskerRestExtras, TaskerRestLimits, TaskerRestOptions } from './rest-options';
