import { keepsAll, rulesOf, type RetentionPolicy } from './retention-policy';

const DAY = 86_400_000;
const templates = [
  { id: 1, namespace: 'default', name: 'order', version: '1.0.0' },
  { id: 2, namespace: 'default', name: 'order', version: '2.0.0' },
  { id: 3, namespace: 'default', name: 'mail', version: '1.0.0' },
];
const policy = (changes: Partial<RetentionPolicy> = {}): RetentionPolicy => ({
  ...{ keepMs: DAY, keepErrorsMs: null, mode: 'delete', perTemplate: [] },
  ...changes,
});
const order = { namespace: 'default', name: 'order', version: null };

describe('rulesOf', () => {
  it('puts templates that are kept equally long into one rule', () => {
    expect(rulesOf(policy(), templates)).toMatchObject([{ templateIds: [1, 2, 3], archivedIds: [], keepMs: DAY }]);
  });

  it('lets terms of a version win over those of the name, and those over the terms for all, field by field', () => {
    const perTemplate = [
      { ...order, keepMs: 2 * DAY, mode: 'archive' as const },
      { ...order, version: '2.0.0', keepErrorsMs: 3 * DAY },
    ];
    expect(rulesOf(policy({ perTemplate }), templates)).toMatchObject([
      { templateIds: [1], archivedIds: [1], keepMs: 2 * DAY, keepErrorsMs: null },
      { templateIds: [2], archivedIds: [2], keepMs: 2 * DAY, keepErrorsMs: 3 * DAY },
      { templateIds: [3], archivedIds: [], keepMs: DAY, keepErrorsMs: null },
    ]);
  });

  it('has none for what is kept for ever', () => {
    expect(rulesOf(policy({ perTemplate: [{ ...order, keepMs: null }] }), templates)).toMatchObject([
      { templateIds: [3] },
    ]);
    expect(rulesOf(policy({ keepMs: null }), templates)).toEqual([]);
  });

  it('has another key for another policy, whatever the order of its templates', () => {
    const mail = { ...order, name: 'mail', keepMs: 2 * DAY };
    const long = { ...order, keepMs: 2 * DAY };
    const keys = (perTemplate: RetentionPolicy['perTemplate']) =>
      rulesOf(policy({ perTemplate }), templates).map(({ key }) => key);
    expect(keys([mail, long])).toEqual(keys([long, mail]));
    expect(keys([mail])).not.toEqual(expect.arrayContaining(keys([long])));
  });
});

describe('keepsAll', () => {
  it.each<[boolean, Partial<RetentionPolicy>]>([
    [true, { keepMs: null }],
    [true, { keepMs: null, perTemplate: [{ ...order, mode: 'archive' }] }],
    [false, {}],
    [false, { keepMs: null, keepErrorsMs: DAY }],
    [false, { keepMs: null, perTemplate: [{ ...order, keepMs: DAY }] }],
  ])('is %p for %j', (expected, changes) => {
    expect(keepsAll(policy(changes))).toBe(expected);
  });
});
