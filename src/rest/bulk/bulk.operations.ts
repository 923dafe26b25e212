import { integer, text } from '../openapi/schema-parts';
import { BODY_BYTES } from '../operation/body-sizes';
import type { OperationSpec } from '../operation/operation-spec';
import { BULK, BULK_LIST, BULK_REQUEST, PREVIEW, PREVIEW_REQUEST } from '../schemas/bulk.schemas';

const EXAMPLE = {
  command: { verb: 'retry' },
  filter: { state: ['error'], name: 'fulfil_order', errorKind: 'timeout' },
};
const permission = 'tasker.task:bulk';
const ALSO = 'The permission of the verb itself is required, too.';

/** @internal */
export const PREVIEW_BULK: OperationSpec = {
  id: 'bulk_preview',
  route: 'POST preview',
  permission,
  summary: 'Tell what a bulk operation would do',
  description: `Nothing is changed: tasks that match are tried, and taken back. ${ALSO}`,
  searches: true,
  body: {
    schema: PREVIEW_REQUEST,
    required: true,
    maxBytes: BODY_BYTES.filter,
    examples: { 'Retry what timed out': EXAMPLE },
  },
  answers: { 200: { description: 'How many would change, and what would run again.', schema: PREVIEW } },
};

/** @internal */
export const START_BULK: OperationSpec = {
  id: 'bulk_create',
  route: 'POST /',
  permission,
  summary: 'Apply a verb to many tasks',
  description: `Answers at once; the operation goes on in batches, whichever process lives. Tasks created from now on are not touched. ${ALSO}`,
  body: {
    schema: BULK_REQUEST,
    required: true,
    maxBytes: BODY_BYTES.filter,
    examples: { 'Retry what timed out': { ...EXAMPLE, reason: 'the gateway is back', rate: 100 } },
  },
  answers: { 202: { description: 'It has begun.', schema: BULK, headers: { Location: 'Path of the operation.' } } },
};

/** @internal */
export const LIST_BULK: OperationSpec = {
  id: 'bulk_index',
  route: 'GET /',
  permission,
  summary: 'List bulk operations',
  query: {
    limit: integer('Entries of the page.', { minimum: 1, maximum: 100, default: 100 }),
    before: text('Id of the last operation of the page before.', { pattern: '^[1-9][0-9]{0,17}$' }),
  },
  answers: { 200: { description: 'Newest first, at most 100.', schema: BULK_LIST } },
};

/** @internal */
export const SHOW_BULK: OperationSpec = {
  id: 'bulk_show',
  route: 'GET :id',
  permission,
  summary: 'Show how far a bulk operation has come',
  answers: { 200: { description: 'The operation.', schema: BULK } },
  errors: ['TSK_BULK_NOT_FOUND'],
};

/** @internal */
export const CANCEL_BULK: OperationSpec = {
  id: 'bulk_cancel',
  route: 'POST :id/cancel',
  permission,
  summary: 'Stop a bulk operation',
  description: 'After the batch that runs; what has been changed stays so.',
  answers: { 200: { description: 'The operation.', schema: BULK } },
  errors: ['TSK_BULK_NOT_FOUND'],
};

/** @internal */
export const RESUME_BULK: OperationSpec = {
  id: 'bulk_resume',
  route: 'POST :id/resume',
  permission,
  summary: 'Let a bulk operation go on where it was',
  description: `One that was cancelled or has failed; any other is left as it is. ${ALSO}`,
  answers: { 200: { description: 'The operation.', schema: BULK } },
  errors: ['TSK_BULK_NOT_FOUND'],
};
