import { ERROR_CODES, isTaskerError, type ErrorCode, type Fault } from '@tasker/core';
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
    const message = error instanceof Error ? error.message : String(error);
    if (isConnectionFault(error)) {
      const { hint } = ERROR_CODES.TSK_DATABASE_UNAVAILABLE;
      const facts = {
        errorCode: 'TSK_DATABASE_UNAVAILABLE' satisfies ErrorCode,
        message: `Cannot reach PostgreSQL: ${message}`,
        hint,
      };
      return new CliFailure(EXIT_CODES.unavailable, facts, error);
    }
    return new CliFailure(EXIT_CODES.failed, { errorCode: 'CLI_FAILED', message }, error);
  }
}

/** Of the sockets, and of PostgreSQL: class 08 (connection), 28 (login), 3D (no such database), 57P (shutting down). */
const CONNECTION_FAULT =
  /^(E(CONNREFUSED|CONNRESET|NOTFOUND|TIMEDOUT|AI_AGAIN|HOSTUNREACH|PIPE)|08\w{3}|28\w{3}|3D000|53300|57P0\d)$/;

function isConnectionFault(error: unknown): boolean {
  const { code, errors, name } = error as { code?: unknown; errors?: unknown; name?: unknown };
  if (name === 'StoreUnavailableError') return true;
  if (Array.isArray(errors)) return errors.some(isConnectionFault);
  return typeof code === 'string' && CONNECTION_FAULT.test(code);
}
