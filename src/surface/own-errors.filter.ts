import { Catch, type ArgumentsHost } from '@nestjs/common';
import { BaseExceptionFilter } from '@nestjs/core';
import { releaseAnswer } from './own-answer';

/** Errors of our routes as Nest tells them, whatever the host's global filters make of errors: a prober looks at the status. @internal */
@Catch()
export class OwnErrors extends BaseExceptionFilter {
  override catch(exception: unknown, host: ArgumentsHost): void {
    releaseAnswer(host.switchToHttp().getResponse<object>());
    super.catch(exception, host);
  }
}
