import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { TaskerError } from '@tasker/core';
import { taskerErrorBody } from './tasker-error-body';

/** Callers that are sent away because we are busy come back after this time. */
const RETRY_AFTER_SECONDS = '1';

/**
 * For the application's own controllers: answers a TaskerError with the status its kind stands for (invalid 400, not found
 * 404, conflict 409, busy 503 …), its code, every fault and the hint, as Tasker's REST API does. Other errors are not its
 * business.
 *
 * @example
 * ```ts
 * @UseFilters(TaskerErrorFilter)
 * export class OrdersController {}
 * ```
 * Or for all of them: `{ provide: APP_FILTER, useClass: TaskerErrorFilter }`.
 * @public
 */
@Catch(TaskerError)
export class TaskerErrorFilter implements ExceptionFilter<TaskerError> {
  constructor(private readonly adapterHost: HttpAdapterHost) {}

  /** @throws {TaskerError} the error itself outside of HTTP: a gateway or a microservice has ways of its own */
  catch(error: TaskerError, host: ArgumentsHost): void {
    if (host.getType() !== 'http') throw error;
    const { httpAdapter } = this.adapterHost;
    const response = host.switchToHttp().getResponse<object>();
    const body = taskerErrorBody(error);
    if (httpAdapter.isHeadersSent(response)) return;
    if (body.statusCode === 503) httpAdapter.setHeader(response, 'Retry-After', RETRY_AFTER_SECONDS);
    httpAdapter.reply(response, body, body.statusCode);
  }
}
