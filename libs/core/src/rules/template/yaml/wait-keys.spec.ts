import { parseTemplateYaml } from '../../../schema/with-ajv';
import { isTaskerError } from '../../../errors/tasker-error';
import { templateToYaml } from './to-yaml';

const parse = (steps: string) => parseTemplateYaml(`name: t\nstep_templates:\n${steps}`, { source: 't.yaml' });

const STEPS = `
  - { name: nap, sleep_ms: 86400000 }
  - { name: until, sleep_until: context.at, depends_on_step: nap }
  - name: paid
    depends_on_step: nap
    wait_for: { signal: payment, correlation: context.order, timeout_ms: 60000, on_timeout: { result: null }, max: 5, payload_schema: { type: object } }
  - name: first
    wait_for: { any: [{ signal: a }, { signal: b, correlation: context.order }, { sleep_ms: 5 }] }
  - name: every
    wait_for: { all: [{ signal: a }, { sleep_until: context.at }], timeout_ms: 60000, on_timeout: skip }
  - name: sign
    approval:
      title: Pay?
      assignees: ['role:boss']
      not_initiator: true
      form: { type: object }
      deadline_ms: 90000
      escalate: { after_ms: 100, to: ['user:ann'] }
      on_timeout: fail
      on_reject: complete
  - { name: poll, handler: h, suspends: true }
`;

describe('the keys of waits in a file', () => {
  it('fill the fields of the model, and are written back', () => {
    const [definition] = parse(STEPS);
    expect(
      definition?.steps.map(({ sleepMs, sleepUntil, waitFor, approval, suspends, handler }) => ({
        ...{ sleepMs, sleepUntil, waitFor, approval, suspends, handler },
      })),
    ).toMatchObject([
      { sleepMs: 86_400_000, handler: '@engine' },
      { sleepUntil: 'context.at' },
      {
        waitFor: {
          ...{ signal: 'payment', correlation: 'context.order', timeoutMs: 60_000, onTimeout: { result: null } },
          ...{ max: 5, payloadSchema: { type: 'object' } },
        },
      },
      { waitFor: { any: [{ signal: 'a' }, { signal: 'b', correlation: 'context.order' }, { sleepMs: 5 }] } },
      { waitFor: { all: [{ signal: 'a' }, { sleepUntil: 'context.at' }], timeoutMs: 60_000, onTimeout: 'skip' } },
      {
        approval: {
          ...{ title: 'Pay?', assignees: ['role:boss'], notInitiator: true, deadlineMs: 90_000, onReject: 'complete' },
          ...{ escalate: { afterMs: 100, to: ['user:ann'] }, onTimeout: 'fail', form: { type: 'object' } },
        },
      },
      { suspends: true, handler: 'h' },
    ]);
    const again = definition && parseTemplateYaml(templateToYaml(definition), { source: 't.yaml' });
    expect(again).toEqual([definition]);
  });

  it.each([
    ['- { name: s, wait_for: { signl: a } }', 'step_templates[0].wait_for.signl'],
    ['- { name: s, wait_for: { any: [{ signal: a, max: 1 }] } }', 'step_templates[0].wait_for.any[0].max'],
    ['- { name: s, approval: { title: x, escalate: { after: 1 } } }', 'step_templates[0].approval.escalate.after'],
    ['- { name: s, sleep_ms: -1 }', 'step_templates[0].sleep_ms'],
    ['- { name: s, sleep_ms: 1, retry_limit: 5 }', 'step_templates[0].retry_limit'],
    ['- { name: s, sleep_until: 1 + 1 }', 'step_templates[0].sleep_until'],
    ['- { name: s, wait_for: { signal: a, correlation: parents.x.id } }', 'step_templates[0].wait_for.correlation'],
    [
      '- { name: s, wait_for: { any: [{ signal: a, correlation: true }] } }',
      'step_templates[0].wait_for.any[0].correlation',
    ],
    ['- { name: s, approval: { title: x, on_timeout: skip } }', 'step_templates[0].approval.on_timeout'],
  ])('are told at their place when they are wrong: %s', (step, place) => {
    let paths: string[] = [];
    try {
      parse(`  ${step}`);
    } catch (error) {
      paths = isTaskerError(error) ? error.details.map(({ path }) => path) : [];
    }
    expect(paths.some((path) => path.includes(place))).toBe(true);
  });
});
