import { Catch, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { TaskerError } from '@tasker/nestjs';

const STATUS = {
  ...{ invalid: 400, unauthenticated: 401, forbidden: 403, not_found: 404 },
  ...{ conflict: 409, refused: 422, busy: 503, internal: 500 },
} as const;

/** Answers Tasker's errors with the status their kind stands for, every fault and the hint. */
@Catch(TaskerError)
export class TaskerErrorFilter implements ExceptionFilter<TaskerError> {
  constructor(private readonly adapter: HttpAdapterHost) {}

  catch({ kind, code, message, details, hint, data }: TaskerError, host: ArgumentsHost): void {
    const statusCode = STATUS[kind];
    const [summary = message] = message.split('\n');
    const body = { statusCode, errorCode: code, message: summary, details, hint, ...data };
    this.adapter.httpAdapter.reply(host.switchToHttp().getResponse(), body, statusCode);
  }
}
