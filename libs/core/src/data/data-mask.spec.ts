import { DataMask } from './data-mask';

const order = {
  payment: { card: '4111111111111111', name: 'Ada' },
  customers: [{ email: 'a@x.org' }, { email: 'b@x.org', password: 'pw' }],
  deep: { er: { password: 'hunter2', count: 1 } },
};

describe('DataMask', () => {
  it.each<[string, unknown]>([
    ['payment.card', { ...order, payment: { card: '***', name: 'Ada' } }],
    ['payment', { ...order, payment: '***' }],
    ['customers.*.email', { ...order, customers: [{ email: '***' }, { email: '***', password: 'pw' }] }],
    ['customers.0.email', { ...order, customers: [{ email: '***' }, { email: 'b@x.org', password: 'pw' }] }],
    [
      '**.password',
      {
        ...order,
        customers: [{ email: 'a@x.org' }, { email: 'b@x.org', password: '***' }],
        deep: { er: { password: '***', count: 1 } },
      },
    ],
    ['card', order],
  ])('replaces what %s points at', (path, expected) => {
    expect(new DataMask([path], '***').of(order)).toEqual(expected);
  });

  it('gives back the very value when there is nothing to hide, and never changes what it was given', () => {
    const before = structuredClone(order);
    expect(new DataMask(['nothing.here']).of(order)).toBe(order);
    new DataMask(['**.password', 'payment.card']).of(order);
    expect(order).toEqual(before);
    expect(new DataMask(['a.b']).of(null)).toBeNull();
  });

  it('finds the secrets themselves in texts, the longer before those it contains', () => {
    const mask = new DataMask(['payment.*'], '***');
    const secrets = mask.secrets({ payment: { card: 41111111, short: 'pw', long: '41111111-x' } });
    expect(secrets).toEqual(['41111111-x', '41111111']);
    expect(mask.hide({ a: ['card 41111111-x', 41111111], b: 'pw', c: 7 }, secrets)).toEqual({
      ...{ a: ['card ***', '***'], b: 'pw', c: 7 },
    });
  });

  it('comes back from what refers to itself', () => {
    const cyclic: Record<string, unknown> = { password: 'hunter2' };
    cyclic['self'] = cyclic;
    expect(new DataMask(['**.password']).of(cyclic)).toMatchObject({ password: '[masked]' });
  });
});
