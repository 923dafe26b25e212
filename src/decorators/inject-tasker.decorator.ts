import { Inject } from '@nestjs/common';
import { TaskerService } from '../tasker.service';

/**
 * Injects the `TaskerService`, for constructors whose parameter types are not emitted; elsewhere its class is enough.
 *
 * @public
 */
export const InjectTasker = (): PropertyDecorator & ParameterDecorator => Inject(TaskerService);
