import type { JsonSchema } from '../data/json-schema';
import { encodeAnswer } from '../rules/wait/check-approval';
import { compileSchema } from './ajv-schemas';

/**
 * What is answered with a decision, as JSON text, checked against the form of the approval. Whoever rejects need not have
 * filled it in.
 *
 * @param bytes upper bound of the text, in UTF-8 bytes
 * @returns null: nothing
 * @throws {TaskerError} TSK_REQUEST_INVALID with every fault
 * @public
 */
export const checkApprovalAnswer = (
  form: JsonSchema | null,
  decision: 'approve' | 'reject',
  answer: unknown,
  bytes: number,
): string | null => encodeAnswer(form && compileSchema(form), decision, answer, bytes);
