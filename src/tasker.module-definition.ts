import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { TaskerModuleOptions } from './options/tasker-module-options.interface';

/**
 * `isGlobal` is an extra because it shapes the module: an async factory, which runs later, could not decide it.
 *
 * @internal
 */
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN, OPTIONS_TYPE, ASYNC_OPTIONS_TYPE } =
  new ConfigurableModuleBuilder<TaskerModuleOptions>({ moduleName: 'Tasker' })
    .setClassMethodName('forRoot')
    .setFactoryMethodName('createTaskerOptions')
    .setExtras({ isGlobal: true }, (definition, { isGlobal }) => ({ ...definition, global: isGlobal }))
    .build();
