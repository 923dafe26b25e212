import { id, integer, oneOf, sized, text } from '../openapi/schema-parts';
import type { OperationSpec } from '../operation/operation-spec';
import {
  APPROVAL,
  APPROVAL_LIST,
  APPROVAL_STATES,
  DECISION,
  DELEGATION,
  SIGNAL_RECEIPT,
  SIGNAL_REQUEST,
} from '../schemas/wait.schemas';

const ASSIGNED = 'Where it is assigned to some, the caller must be one of them; the first decision counts.';

/** @internal */
export const SEND_SIGNAL: OperationSpec = {
  id: 'signals_create',
  route: 'POST /',
  permission: 'tasker.signal:create',
  summary: 'Send a signal to waiting steps',
  description:
    'Durable when it is answered. To a task: one waiting step takes it, now or later. To a key: all that wait now get it, else it is kept for the first.',
  body: {
    schema: SIGNAL_REQUEST,
    required: true,
    examples: {
      'To a task': { name: 'payment_received', taskId: '4711', payload: { amount: 20 }, id: 'pay-1' },
      'To a key': { name: 'payment_received', key: 'order-1001', payload: { amount: 20 }, ttlMs: 3_600_000 },
    },
  },
  answers: { 202: { description: 'What became of it.', schema: SIGNAL_RECEIPT } },
  errors: ['TSK_TASK_NOT_FOUND', 'TSK_STATE_REFUSED', 'TSK_SIGNAL_FULL'],
};

/** @internal */
export const LIST_APPROVALS: OperationSpec = {
  id: 'approvals_index',
  route: 'GET /',
  permission: 'tasker.approval:index',
  summary: 'List approvals',
  query: {
    state: oneOf(APPROVAL_STATES, 'Only these.'),
    assignee: text('`me`: what the caller may decide. Otherwise as it is written in the template.', {
      ...sized('assignee'),
      example: 'me',
    }),
    taskId: id('Of this task.'),
    limit: integer('Entries of the page.', { minimum: 1, maximum: 500, default: 100 }),
    before: id('Id of the last approval of the page before.'),
  },
  answers: { 200: { description: 'Newest first.', schema: APPROVAL_LIST } },
};

/** @internal */
export const SHOW_APPROVAL: OperationSpec = {
  id: 'approvals_show',
  route: 'GET :id',
  permission: 'tasker.approval:index',
  summary: 'Show an approval',
  answers: { 200: { description: 'The approval.', schema: APPROVAL } },
  errors: ['TSK_APPROVAL_NOT_FOUND'],
};

/** @internal */
export const DECIDE_APPROVAL: OperationSpec = {
  id: 'approvals_decide',
  route: 'POST :id/decide',
  permission: 'tasker.approval:decide',
  summary: 'Approve or reject',
  description: ASSIGNED,
  body: {
    schema: DECISION,
    required: true,
    examples: {
      Approve: { decision: 'approve', answer: { costCentre: '4100' } },
      Reject: { decision: 'reject', answer: { reason: 'over budget' } },
    },
  },
  answers: { 200: { description: 'The approval, decided.', schema: APPROVAL } },
  errors: ['TSK_APPROVAL_NOT_FOUND', 'TSK_APPROVAL_ENDED', 'TSK_APPROVAL_NOT_ASSIGNED'],
};

/** @internal */
export const DELEGATE_APPROVAL: OperationSpec = {
  id: 'approvals_delegate',
  route: 'POST :id/delegate',
  permission: 'tasker.approval:decide',
  summary: 'Ask others instead',
  description: 'Whoever may decide may do so; they take the place of all who were asked.',
  body: { schema: DELEGATION, required: true, examples: { 'To a colleague': { to: ['user:ben'] } } },
  answers: { 200: { description: 'The approval.', schema: APPROVAL } },
  errors: ['TSK_APPROVAL_NOT_FOUND', 'TSK_APPROVAL_ENDED', 'TSK_APPROVAL_NOT_ASSIGNED'],
};
