import { isTaskerError } from '../../errors/tasker-error';
import { checkDefinition } from '../../schema/with-ajv';
import { taskFilterFaults } from '../filter/check-task-filter';
import { checkCommand } from '../operator/check-command';
import type { OperatorAct, OperatorCommand } from '../operator/operator-command';
import { normaliseTemplate, type StepTemplateInput, type TaskTemplateInput } from '../template/step-defaults';
import { checkAssignees } from '../wait/check-approval';
import { checkSignal } from '../wait/check-signal';
import { checkTaskRequest } from './check-task-request';
import { LIST_LIMITS, TEXT_LIMITS } from './field-limits';
import type { TaskRequest } from './task-request';

type Field = keyof typeof TEXT_LIMITS;
/** Whether the text, or the list, is accepted. */
type Accepts = (value: unknown) => boolean;

function passes(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (isTaskerError(error) && error.code === 'TSK_REQUEST_INVALID') return false;
    throw error;
  }
}

const create =
  (field: keyof TaskRequest, list = false): Accepts =>
  (value) =>
    passes(() => checkTaskRequest({ name: 't', [field]: list ? [value] : value }));
const filter =
  (field: string, list = false): Accepts =>
  (value) =>
    taskFilterFaults({ [field]: list ? [value] : value }).length === 0;
const command =
  (of: (value: never) => OperatorCommand): Accepts =>
  (value) =>
    passes(() => checkCommand(of(value as never), { actor: 'ann' }));
const act =
  (field: keyof OperatorAct): Accepts =>
  (value) =>
    passes(() => checkCommand({ verb: 'retry' }, { actor: 'ann', [field]: value }));
const template =
  (field: keyof TaskTemplateInput): Accepts =>
  (value) =>
    checkDefinition(normaliseTemplate({ name: 't', steps: [{ name: 'a', handler: 'h' }], [field]: value })).length ===
    0;
const step =
  (field: keyof StepTemplateInput): Accepts =>
  (value) =>
    checkDefinition(normaliseTemplate({ name: 't', steps: [{ name: 'a', handler: 'h', [field]: value }] })).length ===
    0;

/** A step that waits. */
const waiting =
  (of: (value: unknown) => object): Accepts =>
  (value) =>
    template('steps')([{ name: 'a', ...of(value) }]);
const signal =
  (field: 'name' | 'key' | 'id'): Accepts =>
  (value) =>
    passes(() => {
      const { name, key, id } = { name: 'paid', key: 'k', id: 'i', [field]: value } as Record<string, string>;
      checkSignal(name as string, { key, id }, 100);
    });
/** A user's name of the same length. */
const principal = (value: unknown): string => `user:${(value as string).slice('user:'.length)}`;

const declares = template('searchAttributes');

/** Every rule that accepts the field. */
const ACCEPTED_BY: Readonly<Record<Exclude<Field, 'version'>, Readonly<Record<string, Accepts>>>> = {
  namespace: { create: create('namespace'), filter: filter('namespace'), template: template('namespace') },
  templateName: { create: create('name'), filter: filter('name'), template: template('name') },
  stepName: {
    bypass: create('bypassSteps', true),
    filter: filter('step'),
    template: step('name'),
    verb: command((name: string) => ({ verb: 'retry_step', step: name })),
  },
  queue: { template: step('queue') },
  dependentSystem: { template: template('defaultDependentSystem'), step: step('dependentSystem') },
  annotationType: { filter: (type) => taskFilterFaults({ annotation: { type } }).length === 0 },
  searchAttribute: {
    template: (name) => declares([{ name }]),
    filter: (name) => taskFilterFaults({ attributes: { [name as string]: 1 } }).length === 0,
  },
  contextPath: { template: (path) => declares([{ name: 'a', path }]) },
  // Of the same length, and one that reads what there is.
  expression: { template: (text) => step('when')(`context.${(text as string).slice('context.'.length)}`) },
  signalName: { sent: signal('name'), template: waiting((name) => ({ waitFor: { signal: name } })) },
  signalKey: { sent: signal('key') },
  signalId: { sent: signal('id') },
  assignee: {
    template: waiting((who) => ({ approval: { title: 't', assignees: [principal(who)] } })),
    delegated: (who) => passes(() => checkAssignees([principal(who)])),
  },
  approvalTitle: { template: waiting((title) => ({ approval: { title } })) },
  approvalDescription: { template: waiting((description) => ({ approval: { title: 't', description } })) },
  tag: {
    create: create('tags', true),
    filter: filter('tags', true),
    edit: command((tag: string) => ({ verb: 'edit', tags: [tag] })),
  },
  identity: { create: create('identity'), filter: filter('identity') },
  initiator: { create: create('initiator'), filter: filter('initiator') },
  sourceSystem: { create: create('sourceSystem'), filter: filter('sourceSystem') },
  correlationId: { create: create('correlationId'), filter: filter('correlationId') },
  traceParent: { create: create('traceParent') },
  reason: {
    create: create('reason'),
    act: act('reason'),
    edit: command((taskReason: string) => ({ verb: 'edit', taskReason })),
  },
  actor: { act: act('actor') },
  errorFingerprint: { filter: filter('errorFingerprint') },
  errorMessage: { filter: filter('errorMessage') },
};

describe('the limits of fields', () => {
  const rows = Object.entries(ACCEPTED_BY).flatMap(([field, by]) =>
    Object.entries(by).map(([rule, accepts]) => [field as Field, rule, accepts] as const),
  );

  it.each(rows)('of %s are the same in %s', (field, _rule, accepts) => {
    expect([accepts('x'.repeat(TEXT_LIMITS[field])), accepts('x'.repeat(TEXT_LIMITS[field] + 1))]).toEqual([
      true,
      false,
    ]);
  });

  it('of a version are the same in requests, filters and templates', () => {
    const versions = ['1.0.'.padEnd(TEXT_LIMITS.version, '1'), '1.0.'.padEnd(TEXT_LIMITS.version + 1, '1')];
    for (const accepts of [create('version'), filter('version'), template('version')])
      expect(versions.map(accepts)).toEqual([true, false]);
  });

  it.each<[string, number, Accepts]>([
    ['tags of a request', LIST_LIMITS.tags, create('tags')],
    ['tags of a filter', LIST_LIMITS.tags, filter('tags')],
    ['tags of an edit', LIST_LIMITS.tags, command((tags: string[]) => ({ verb: 'edit', tags }))],
    ['steps to bypass', LIST_LIMITS.steps, create('bypassSteps')],
    [
      'search attributes of a template',
      LIST_LIMITS.searchAttributes,
      (names) => declares((names as string[]).map((name) => ({ name }))),
    ],
    [
      'cases of a switch',
      LIST_LIMITS.cases,
      (names) => {
        const cases = (names as string[]).map(() => ({ when: 'true', steps: [] }));
        return template('steps')([{ name: 'a', switch: cases }]);
      },
    ],
    [
      'search attributes of a filter',
      LIST_LIMITS.searchAttributes,
      (names) =>
        taskFilterFaults({ attributes: Object.fromEntries((names as string[]).map((n) => [n, 1])) }).length === 0,
    ],
    ['namespaces of a filter', LIST_LIMITS.filterValues, filter('namespace')],
  ])('of %s are %i entries', (_what, limit, accepts) => {
    const entries = Array.from({ length: limit + 1 }, (_, index) => `e${index}`);
    expect([accepts(entries.slice(1)), accepts(entries)]).toEqual([true, false]);
  });
});
