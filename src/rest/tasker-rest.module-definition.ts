import { ConfigurableModuleBuilder } from '@nestjs/common';
import type { TaskerRestExtras, TaskerRestOptions } from './rest-options';

/** Path and access shape the module, so they are extras: a factory runs too late for them. @internal */
export const {
  ConfigurableModuleClass,
  MODULE_OPTIONS_TOKEN: REST_OPTIONS,
  OPTIONS_TYPE,
  ASYNC_OPTIONS_TYPE,
} = new ConfigurableModuleBuilder<TaskerRestOptions>({ moduleName: 'TaskerRest' })
  .setClassMethodName('register')
  .setFactoryMethodName('createTaskerRestOptions')
  .setExtras<TaskerRestExtras>(
    { path: undefined, access: undefined, decorators: undefined },
    (definition) => definition,
  )
  .build();
