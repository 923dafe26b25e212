/** The graphs that are measured. Every handler does nothing; `last` names the step whose call ends the flow. */
const range = (length) => Array.from({ length }, (_, index) => index);
const step = (name, dependsOn = []) => ({ name, dependsOn });

const chain = range(10).map((i) => step(`s${i}`, i === 0 ? [] : [`s${i - 1}`]));

/** One step, then `width` at once, then one. */
function spread(width) {
  const branches = range(width).map((i) => `m${i}`);
  return [step('a'), ...branches.map((name) => step(name, ['a'])), step('z', branches)];
}

/** Ten layers of five; each step needs two of the layer before. */
const layered = range(10).flatMap((layer) =>
  range(5).map((i) =>
    step(`l${layer}_${i}`, layer === 0 ? [] : [`l${layer - 1}_${i}`, `l${layer - 1}_${(i + 1) % 5}`]),
  ),
);

export const GRAPHS = {
  one: { steps: [step('only')], last: 'only' },
  chain10: { steps: chain, last: 's9' },
  diamond: { steps: spread(10), last: 'z', width: 10 },
  layered50: { steps: layered, last: 'l9_4' },
  fanout100: { steps: spread(100), last: 'z', width: 100 },
  fanout: { steps: spread(9_999), last: 'z', width: 9_999 },
};
