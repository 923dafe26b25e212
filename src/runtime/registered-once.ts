import type { Type } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { TaskerError } from '@tasker/core';

/**
 * For the constructor of a module there can be one of. Nest gives every registration with options of its own an
 * instance, so two of them would each believe to be the only one.
 *
 * @param what is said to have happened more than once
 * @throws {TaskerError} TSK_BOOT_INVALID
 * @internal
 */
export function registeredOnce(
  modules: ModulesContainer,
  module: Type,
  hint = 'Register it in one module.',
  what = `${module.name} was registered`,
): void {
  const registrations = [...modules.values()].filter(({ metatype }) => metatype === module);
  if (registrations.length <= 1) return;
  throw new TaskerError('TSK_BOOT_INVALID', `${what} more than once in one application.`, { hint });
}
