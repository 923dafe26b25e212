/** The graphs that are measured; every step's handler does nothing. */
const step = (name, dependsOn = []) => ({ name, handler: 'noop', dependsOn });
const range = (length) => Array.from({ length }, (_, index) => index);

const template = (name, steps) => ({ namespace: 'bench', name, version: '1.0.0', steps });

const chain = range(10).map((i) => step(`s${i}`, i === 0 ? [] : [`s${i - 1}`]));

const branches = range(10).map((i) => `m${i}`);
const diamond = [step('a'), ...branches.map((name) => step(name, ['a'])), step('z', branches)];

/** Ten layers of five; each step needs two of the layer before. */
const layered = range(10).flatMap((layer) =>
  range(5).map((i) =>
    step(`l${layer}_${i}`, layer === 0 ? [] : [`l${layer - 1}_${i}`, `l${layer - 1}_${(i + 1) % 5}`]),
  ),
);

export const TEMPLATES = {
  chain10: template('chain10', chain),
  diamond: template('diamond', diamond),
  layered50: template('layered50', layered),
  one: template('one', [step('only')]),
};
