import type { OperatorCommand } from '../operator/operator-command';
import { OPERATOR_VERBS } from '../operator/verb-rules';
import { VERBS } from '../operator/verb-table';
import { commandPermissions, creationPermissions, filterPermissions } from './effects';

describe('permissions by effect', () => {
  it.each(OPERATOR_VERBS)('%s asks for its own permission', (verb) => {
    expect(commandPermissions({ verb } as OperatorCommand)).toEqual([VERBS[verb].permission]);
  });

  it('asks for that of an edit of inputs when a rerun has some', () => {
    const rerun = { verb: 'rerun', step: 'a', inputs: {} } as const;
    expect(commandPermissions(rerun)).toEqual(['tasker.task:retry', 'tasker.workflow_step:update']);
    expect(commandPermissions(rerun, 'step')).toEqual(['tasker.workflow_step:retry', 'tasker.workflow_step:update']);
  });

  it('asks at creation for what the same would need later', () => {
    expect(creationPermissions({})).toEqual([]);
    expect(creationPermissions({ priority: 0, bypassSteps: [] })).toEqual([]);
    expect(creationPermissions({ priority: -1, bypassSteps: ['a'] })).toEqual([
      'tasker.task:update',
      'tasker.workflow_step:skip',
    ]);
  });

  it('asks of a filter that its author may see what it looks into', () => {
    expect(filterPermissions({ name: 'order', state: 'error', namespace: 'a' })).toEqual([]);
    expect(filterPermissions({ context: { a: 1 }, attributes: { b: 2 }, step: 'x', stepState: 'error' })).toEqual([
      'tasker.task:show',
      'tasker.workflow_step:index',
    ]);
  });
});
