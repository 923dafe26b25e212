import { checkDefinition } from '../../schema/with-ajv';
import { normaliseTemplate } from '../template/step-defaults';

const faultsOf = (step: object): string[] =>
  checkDefinition(normaliseTemplate({ name: 't', steps: [{ name: 's', ...step }] })).map(({ path }) =>
    path.replace('steps[0].', ''),
  );

describe('how a step waits', () => {
  it.each([
    [{ sleepMs: 0 }],
    [{ sleepUntil: 'context.at' }],
    [{ waitFor: { signal: 'a', correlation: 'context.id', timeoutMs: 5, onTimeout: { result: null }, max: 100 } }],
    [{ waitFor: { any: [{ signal: 'a' }, { signal: 'b' }, { sleepMs: 5 }] } }],
    [{ waitFor: { all: [{ signal: 'a' }, { sleepUntil: 'context.at' }], timeoutMs: 5 } }],
    [{ approval: { title: 'x', assignees: ['user:a', 'role:b'], form: { type: 'object' } } }],
  ])('is sound: %j', (step) => {
    expect(faultsOf(step)).toEqual([]);
  });

  it.each<[object, string[]]>([
    [{ sleepMs: -1 }, ['sleepMs']],
    [{ sleepMs: 1, sleepUntil: 'context.at' }, ['sleepUntil']],
    [{ waitFor: {} }, ['waitFor']],
    [{ waitFor: { signal: 'a', any: [{ signal: 'b' }] } }, ['waitFor']],
    [{ waitFor: { any: [{ signal: 'b' }], max: 5 } }, ['waitFor.max']],
    [{ waitFor: { signal: '.a' } }, ['waitFor.signal']],
    [{ waitFor: { signal: 'a', onTimeout: 'skip' } }, ['waitFor.onTimeout']],
    [{ waitFor: { signal: 'a', payloadSchema: { type: 'nothing' } } }, ['waitFor.payloadSchema.type']],
    [{ waitFor: { any: [{ signal: 'a' }, { signal: 'a' }] } }, ['waitFor.any[1].signal']],
    [{ waitFor: { any: [{ signal: 'a', sleepMs: 1 }] } }, ['waitFor.any[0]']],
    [{ waitFor: { any: [{ sleepMs: 1 }] } }, ['waitFor.any']],
    [{ waitFor: { all: [{ signal: 'a' }, { sleepMs: 1 }, { sleepMs: 2 }] } }, ['waitFor.all[2]']],
    [{ waitFor: { any: [{ signal: 'a' }, { sleepMs: 1 }], timeoutMs: 5 } }, ['waitFor.timeoutMs']],
    [{ approval: {} }, ['approval.title']],
    [{ approval: { title: 'x', assignees: ['ann'] } }, ['approval.assignees[0]']],
    [{ approval: { title: 'x', onTimeout: 'fail' } }, ['approval.onTimeout']],
    [
      { approval: { title: 'x', deadlineMs: 5, escalate: { afterMs: 5, to: ['user:b'] } } },
      ['approval.escalate.afterMs'],
    ],
  ])('is unsound: %j', (step, paths) => {
    expect(faultsOf(step)).toEqual(paths);
  });
});
