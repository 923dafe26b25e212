import { StoreUnavailableError } from '@tasker/core';
import { engineHarness } from '../support/engine-harness';
import { step, template } from '../support/engine-templates';
import { interposed } from '../support/interposed-store';

const harness = engineHarness();

/** cart → pay → ship, and aside beside them. */
const order = (last = {}) =>
  template('order', [
    step('cart', [], { handler: 'cart', queue: 'elsewhere' }),
    step('aside', [], { handler: 'cart', queue: 'elsewhere' }),
    step('pay', ['cart'], { handler: 'cart', queue: 'elsewhere' }),
    step('ship', ['pay'], { handler: 'ship', ...last }),
  ]);

/** The steps before the last run in another process, so that nothing of them is known where it is asked for. */
const elsewhere = () =>
  harness.start({
    queues: ['elsewhere'],
    handlers: { cart: ({ name, task }) => Promise.resolve({ name, of: task.context }) },
  });

describe('the result of an earlier step', () => {
  it('is there on demand, read once for an attempt, and what is asked for together in one statement', async () => {
    const plan = await harness.template(order());
    const read: number[][] = [];
    await elsewhere();
    const worker = await harness.start({
      queues: ['default'],
      wrap: (store) =>
        interposed(store, {
          results: (keys, real) => {
            read.push(keys.map(({ position }) => position));
            return real(keys);
          },
        }),
      handlers: {
        ship: async (own) => {
          const [cart, again, pay] = await Promise.all([
            own.resultOf('cart'),
            own.resultOf('cart'),
            own.resultOf('pay'),
          ]);
          (again as { name: string }).name = 'changed';
          return [cart, await own.resultOf('cart'), pay];
        },
      },
    });
    const taskId = await harness.run(worker, plan, { contextOf: { n: 1 } });
    const cart = { name: 'cart', of: { n: 1 } };
    expect((await harness.rows.steps(taskId)).at(-1)?.result).toEqual([cart, cart, { name: 'pay', of: { n: 1 } }]);
    // The first read is of the declared parent, before the step starts.
    expect(read).toEqual([[2], [0]]);
  });

  it('costs nothing where nobody asks, and is known where the step itself has run', async () => {
    const plan = await harness.template(order());
    let reads = 0;
    const worker = await harness.start({
      wrap: (store) => interposed(store, { results: (keys, real) => (reads++, real(keys)) }),
      handlers: { cart: ({ name }) => Promise.resolve(name), ship: (own) => own.resultOf('cart') },
    });
    const taskId = await harness.run(worker, plan);
    expect((await harness.rows.steps(taskId)).at(-1)?.result).toBe('cart');
    expect(reads).toBe(0);
  });

  it.each([
    ['aside', 'It runs after: cart, pay.'],
    ['crat', 'Did you mean "cart"? It runs after: cart, pay.'],
    ['ship', 'It runs after: cart, pay.'],
  ])('of "%s", which is no ancestor, is an error that names those there are', async (name, hint) => {
    const plan = await harness.template(order());
    await elsewhere();
    const worker = await harness.start({
      handlers: {
        ship: (own) => own.resultOf(name).catch((error: { hint: string; code: string }) => [error.code, error.hint]),
      },
    });
    const taskId = await harness.run(worker, plan);
    expect((await harness.rows.steps(taskId)).at(-1)?.result).toEqual(['TSK_REQUEST_INVALID', hint]);
  });

  it('is null for a step that was bypassed', async () => {
    const plan = await harness.template(
      template('bypass', [
        step('cart', [], { skippable: true }),
        step('pay', ['cart']),
        step('ship', ['pay'], { handler: 'ship' }),
      ]),
    );
    const worker = await harness.start({ handlers: { ship: async (own) => [await own.resultOf('cart')] } });
    const taskId = await harness.run(worker, plan, { bypass: [0] });
    expect((await harness.rows.steps(taskId)).at(-1)?.result).toEqual([null]);
  });

  it('is waited for while the database is away, and no longer than the attempt has time', async () => {
    const plan = await harness.template(order({ timeoutMs: 300 }));
    const away = new StoreUnavailableError(new Error('the server is away'));
    let refused = 0;
    const codes: string[] = [];
    await elsewhere();
    const worker = await harness.start({
      queues: ['default'],
      wrap: (store) =>
        interposed(store, {
          results: (keys, real) =>
            keys[0]?.position === 0 && (codes.length === 0 || ++refused < 3) ? Promise.reject(away) : real(keys),
        }),
      handlers: {
        ship: (own) =>
          own.resultOf('cart').catch((error: { code: string }) => {
            codes.push(error.code);
            throw error;
          }),
      },
    });
    const taskId = await harness.run(worker, plan);
    expect(codes).toEqual(['TSK_STEP_TIMEOUT']);
    expect((await harness.rows.steps(taskId)).at(-1)).toMatchObject({ state: 'complete', attempt: 2 });
  });

  it('of many ancestors is read in bounded statements', async () => {
    const roots = Array.from({ length: 120 }, (_, index) =>
      step(`r${index}`, [], { handler: 'cart', queue: 'elsewhere' }),
    );
    const names = roots.map(({ name }) => name);
    const plan = await harness.template(
      template('wide', [
        ...roots,
        step('join', names, { handler: 'cart', queue: 'elsewhere' }),
        step('ship', ['join'], { handler: 'ship' }),
      ]),
    );
    const sizes: number[] = [];
    await elsewhere();
    const worker = await harness.start({
      queues: ['default'],
      wrap: (store) => interposed(store, { results: (keys, real) => (sizes.push(keys.length), real(keys)) }),
      handlers: { ship: async (own) => (await Promise.all(names.map((name) => own.resultOf(name)))).length },
    });
    const taskId = await harness.run(worker, plan);
    expect((await harness.rows.steps(taskId)).at(-1)?.result).toBe(120);
    expect(sizes).toEqual([1, 50, 50, 20]);
  });
});
