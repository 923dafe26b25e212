import { errorText, isTaskerError, type Fault } from '@tasker/core';
import { EXIT_CODES, exitCodeOf, type ExitCode } from './exit-codes';

/** What went wrong, as a person or a script is told. @internal */
export interface FailureFacts {
  /** A code of Tasker, or one of this program: CLI_USAGE, CLI_UNREACHABLE, CLI_FAILED. */
  readonly errorCode: string;
  readonly message: string;
  readonly details?: readonly Fault[];
  readonly hint?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

/** The one error this program ends with. @internal */
export class CliFailure extends Error {
  constructor(
    readonly exitCode: ExitCode,
    readonly facts: FailureFacts,
    cause?: unknown,
  ) {
    super(facts.message, cause === undefined ? {} : { cause });
    this.name = 'CliFailure';
  }

  /** What was typed makes no sense. */
  static usage(message: string, hint?: string): CliFailure {
    return new CliFailure(EXIT_CODES.usage, {
      errorCode: 'CLI_USAGE',
      message,
      ...(hint === undefined ? {} : { hint }),
    });
  }

  /** Whatever was thrown, in the terms above. */
  static from(error: unknown): CliFailure {
    if (error instanceof CliFailure) return error;
    if (isTaskerError(error)) {
      const { code, kind, details, hint, data } = error;
      const [message = ''] = error.message.split('\n  - ');
      return new CliFailure(exitCodeOf(code, kind), { errorCode: code, message, details, hint, data }, error);
    }
    return new CliFailure(EXIT_CODES.failed, { errorCode: 'CLI_FAILED', message: errorText(error) }, error);
  }
}
