import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { TaskerAuthModuleOptions } from './tasker-auth-options.interface';

/** @internal */
export const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<TaskerAuthModuleOptions>(
  { moduleName: 'TaskerAuth' },
)
  .setFactoryMethodName('createTaskerAuthOptions')
  .build();
