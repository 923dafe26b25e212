import { normaliseTemplate } from './step-defaults';
import { checkDefinition } from './check-definition';
import { compilePlan } from './compile-plan';
import { compileContextValidator } from './context-validator';
it('x', () => {
  const t = (x: unknown) => normaliseTemplate(x as never);
  console.log(
    checkDefinition(t(5)),
    checkDefinition(
      t({
        name: '',
        versoin: 3,
        version: '1.0',
        steps: [
          5,
          null,
          {
            name: 'a',
            handler: 'h',
            dependsOn: 'b',
            retryLimit: 0,
            inputSchema: { typ: 1 },
            resultSchema: { type: 'x' },
            customEvents: [5, 'x'],
          },
          { name: 'b', dependsOn: ['a', 'aa', 'b', 'a'], handler: 'X::Y', handlerConfig: { a: 'x\0', f: () => 1 } },
          { name: 'b', handler: 'h', timeoutMs: 0, timeoutms: 3 },
        ],
      }),
    ),
  );
  const big = t({
    name: 'big',
    steps: Array.from({ length: 10000 }, (_, i) => ({
      name: 's' + i,
      handler: 'h',
      dependsOn: i ? ['s' + (i - 1)] : [],
    })),
  });
  let t0 = performance.now();
  expect(checkDefinition(big)).toEqual([]);
  console.log('check', performance.now() - t0);
  t0 = performance.now();
  compilePlan(big, { templateId: 1, revision: 1, lanes: big.steps.map(() => 1) });
  console.log('compile', performance.now() - t0);
  const v = compileContextValidator({
    $id: 'http://x/y',
    type: 'object',
    required: ['a', 'constructor'],
    additionalProperties: false,
    properties: {
      priority: { enum: ['x', 'y'], default: 'x' },
      email: { type: 'string', format: 'email' },
      items: { type: 'array', items: { $ref: '#/definitions/i' } },
    },
    definitions: {
      i: {
        $id: 'http://x/z',
        type: 'object',
        required: ['price'],
        properties: { price: { type: 'number', minimum: 0 } },
      },
    },
  });
  try {
    v({ email: 'x', items: [{}, { price: -1 }, { price: 'x' }], emial: 1, priority: 'z' });
  } catch (e) {
    console.log((e as Error).message);
  }
  try {
    v({ email: 'x', d: new Date(), items: [undefined, () => 1, 5n, NaN, '\ud800', 'a\0', new Map()] });
  } catch (e) {
    console.log((e as Error).message);
  }
});
