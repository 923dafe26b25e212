import { canonicalJson } from './canonical-json';
import { templateDigest } from '../plans/template-digest';
import { normaliseTemplate } from '../rules/template/step-defaults';

describe('canonicalJson', () => {
  it('sorts keys at every level and keeps the order of lists', () => {
    expect(canonicalJson({ b: [{ d: 1, c: [2, 1] }], a: null, é: '"', Z: 1 })).toBe(
      '{"Z":1,"a":null,"b":[{"c":[2,1],"d":1}],"é":"\\""}',
    );
  });

  it('writes what JSON.stringify writes, for data without objects', () => {
    for (const value of [1, 'a', null, [1, [2]], new Date(0), [undefined]]) {
      expect(canonicalJson(value)).toBe(JSON.stringify(value));
    }
  });

  it('keeps a key __proto__', () => {
    expect(canonicalJson(JSON.parse('{"b":1,"__proto__":{"y":1,"x":2}}'))).toBe('{"__proto__":{"x":2,"y":1},"b":1}');
  });
});

describe('templateDigest', () => {
  const steps = [
    { name: 'a', handler: 'h' },
    { name: 'b', handler: 'h' },
  ];
  const definition = normaliseTemplate({ name: 'order', handlerConfig: { x: 1, y: 2 }, steps });

  it('is 64 hex digits and does not depend on the order of keys', () => {
    const turned = Object.fromEntries(Object.entries({ ...definition, handlerConfig: { y: 2, x: 1 } }).reverse());
    expect(templateDigest(definition)).toMatch(/^[0-9a-f]{64}$/);
    expect(templateDigest(turned as unknown as typeof definition)).toBe(templateDigest(definition));
  });

  it('changes with any value and with the order of steps', () => {
    const others = [
      normaliseTemplate({ name: 'order', handlerConfig: { x: 1, y: 3 }, steps }),
      normaliseTemplate({ name: 'order', handlerConfig: { x: 1, y: 2 }, steps: [...steps].reverse() }),
      normaliseTemplate({ name: 'order', handlerConfig: { x: 1, y: 2 }, steps, description: '' }),
    ];
    expect(new Set([definition, ...others].map(templateDigest)).size).toBe(4);
  });

  it('survives the way through jsonb', () => {
    const stored = JSON.parse(JSON.stringify(definition)) as typeof definition;
    expect(templateDigest(stored)).toBe(templateDigest(definition));
  });
});
