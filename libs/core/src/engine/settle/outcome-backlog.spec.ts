import { decideSettlement } from '../../rules/settlement/decide-settlement';
import type { Outcome } from '../../rules/settlement/outcome';
import { compilePlan } from '../../rules/template/compile-plan';
import { normaliseTemplate } from '../../rules/template/step-defaults';
import { SETTLE_BATCH, SETTLE_ROWS } from '../engine-options';
import { OutcomeBacklog } from './outcome-backlog';
import type { EntryInHand } from './settlement-entry';

const CHILDREN = 999;
const children = Array.from({ length: CHILDREN }, (_, i) => ({ name: `c${i}`, handler: 'h', dependsOn: ['root'] }));
const steps = [{ name: 'root', handler: 'h', retryable: false }, ...children];
const plan = compilePlan(normaliseTemplate({ name: 't', steps }), {
  ...{ templateId: 1, revision: 1 },
  lanes: steps.map(() => 1),
});
const DONE: Outcome = { kind: 'completed', result: 'null' };
const BROKEN: Outcome = {
  kind: 'failed',
  failure: { kind: 'error', name: 'E', message: 'm' },
  retryAfterMs: undefined,
};

/** An outcome of the root, which has all the children, or of one of them, which has none. */
function entry(outcome: Outcome, position: number, inDoubt = false): EntryInHand {
  const step = plan.steps[position];
  if (!step) throw new RangeError(`no step at ${position}`);
  const decided = decideSettlement(step.definition, 1, outcome, () => 0.5);
  return { step: { task: { plan }, plan: step, inDoubt }, decided } as unknown as EntryInHand;
}
const backlogOf = (...entries: EntryInHand[]): OutcomeBacklog => {
  const backlog = new OutcomeBacklog();
  for (const one of entries) backlog.add(one);
  return backlog;
};
const many = (count: number, make: () => EntryInHand): EntryInHand[] => Array.from({ length: count }, make);

describe('the backlog of outcomes', () => {
  it('gives a batch at a time, in order, until nothing waits', () => {
    const entries = many(SETTLE_BATCH + 1, () => entry(DONE, 1));
    const backlog = backlogOf(...entries);
    expect([backlog.take(), backlog.take(), backlog.take()]).toEqual([
      entries.slice(0, SETTLE_BATCH),
      entries.slice(SETTLE_BATCH),
      [],
    ]);
  });

  it.each([
    ['frees', DONE],
    ['blocks', BROKEN],
  ])('counts what an outcome %s', (_, outcome) => {
    const fit = Math.floor(SETTLE_ROWS / (CHILDREN + 1));
    const backlog = backlogOf(...many(fit + 1, () => entry(outcome, 0)));
    const taken = backlog.take().length;
    expect([taken, taken + backlog.take().length]).toEqual([outcome === DONE ? fit : fit - 1, fit + 1]);
  });

  it('lets one outcome alone write more', () => {
    const wide = compilePlan(
      normaliseTemplate({
        name: 'wide',
        steps: [
          { name: 'root', handler: 'h' },
          ...Array.from({ length: SETTLE_ROWS }, (_, i) => ({ name: `w${i}`, handler: 'h', dependsOn: ['root'] })),
        ],
      }),
      { templateId: 2, revision: 1, lanes: Array<number>(SETTLE_ROWS + 1).fill(1) },
    );
    const root = wide.steps[0];
    const alone = { ...entry(DONE, 0), step: { task: { plan: wide }, plan: root } } as unknown as EntryInHand;
    expect(backlogOf(alone, entry(DONE, 1)).take()).toEqual([alone]);
  });

  it('gives isolated outcomes alone and first, and what is put back before what waits', () => {
    const [first, second, third] = [entry(DONE, 1), entry(DONE, 2), entry(DONE, 3)] as const;
    const backlog = backlogOf(third);
    backlog.putBack([second]);
    backlog.isolate([first]);
    expect([backlog.take(), backlog.take()]).toEqual([[first], [second, third]]);
  });

  it('knows what is in doubt, drops what the database has, and can be cleared', () => {
    const [sure, doubtful, single] = [entry(DONE, 1), entry(DONE, 2, true), entry(DONE, 3)] as const;
    const backlog = backlogOf(sure, doubtful);
    backlog.isolate([single]);
    expect(backlog.inDoubt()).toEqual([doubtful]);
    backlog.drop(new Set([sure]));
    expect([backlog.clear(), backlog.take()]).toEqual([[doubtful, single], []]);
  });
});
