import { applyDecorators, Controller, UseFilters, UseGuards, UseInterceptors, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiBearerAuth, ApiParam, ApiTags } from '@nestjs/swagger';
import { AccessGuard } from '../../access/access.guard';
import { CallerShareGuard, InFlightGuard } from '../http/admission.guards';
import { OwnAnswer } from '../../surface/own-answer.interceptor';
import { TaskerExceptionFilter } from '../http/tasker-exception.filter';
import { OperationInterceptor } from './operation.interceptor';
import { pathParameters } from './path-parameters';

/**
 * A controller with everything that is ours bound to it and nothing to the host. Neutral to the versions of the host's
 * own routes: a version of Tasker's would be another module.
 *
 * @internal
 */
export function Resource(path: string, tag: string): ClassDecorator {
  return applyDecorators(
    Controller({ path, version: VERSION_NEUTRAL }),
    UseGuards(InFlightGuard, AccessGuard, CallerShareGuard),
    UseInterceptors(OwnAnswer, OperationInterceptor),
    UseFilters(TaskerExceptionFilter),
    ApiTags(`Tasker: ${tag}`),
    ApiBearerAuth(),
    ...pathParameters(path).map(([name, { description, example, ...schema }]) =>
      ApiParam({ name, description: String(description), schema: schema, ...(example !== undefined && { example }) }),
    ),
  );
}
