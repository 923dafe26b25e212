import { ERROR_CODES } from '../../errors/error-codes';
import type { StoreRefusedError } from '../../ports/settlement';
import { describeFailure } from '../../rules/settlement/describe-failure';
import type { Outcome } from '../../rules/settlement/outcome';

/** SQLSTATE of a transaction in which a statement has failed. */
const ABORTED = '25P02';

/** Repeating it would end the transaction again, with half of the work in it. */
export const endedByHandler = (): Outcome => ({
  kind: 'failed',
  failure: {
    kind: 'permanent',
    name: 'TransactionEnded',
    message: `The handler has ended the transaction of its step. ${ERROR_CODES.TSK_TRANSACTION_ENDED.hint}`,
    code: 'TSK_TRANSACTION_ENDED',
  },
  retryAfterMs: undefined,
});

/** The handler returned, and the database would not commit what it wrote: a deferred constraint, a lost race for rows. */
export function refusedByDatabase(error: StoreRefusedError): Outcome {
  const { failure } = describeFailure(error.cause);
  const { code } = failure;
  if (code !== ABORTED) return { kind: 'failed', failure: { ...failure, kind: 'error' }, retryAfterMs: undefined };
  return {
    kind: 'failed',
    failure: {
      kind: 'error',
      name: 'TransactionAborted',
      message: `A statement of the handler failed, so nothing can be committed. ${ERROR_CODES.TSK_TRANSACTION_ABORTED.hint}`,
      code: 'TSK_TRANSACTION_ABORTED',
    },
    retryAfterMs: undefined,
  };
}
