import { attribute } from './attribute-option';

const typed = (...conditions: string[]) =>
  conditions.reduce<ReturnType<typeof attribute> | undefined>((before, text) => attribute(text, before), undefined);

describe('attribute', () => {
  it.each([
    [['customer=c1'], { customer: 'c1' }],
    [['total=10'], { total: 10 }],
    [['vip=true'], { vip: true }],
    [['order="10"'], { order: '10' }],
    [['note='], { note: '' }],
    [['note=a=b<c'], { note: 'a=b<c' }],
    [['list=[1]'], { list: '[1]' }],
    [['total>=10', 'total<20'], { total: { gte: 10, lt: 20 } }],
    [['due>2026-01-31T12:00:00Z', 'due<=z'], { due: { gt: '2026-01-31T12:00:00Z', lte: 'z' } }],
    [['a=1', 'b>2'], { a: 1, b: { gt: 2 } }],
  ])('reads %j', (conditions, expected) => {
    expect(typed(...conditions)).toEqual(expected);
  });

  it.each([[['customer']], [['=c1']], [['a=1', 'a=2']], [['a=1', 'a<2']], [['a<2', 'a=1']]])(
    'refuses %j',
    (conditions) => {
      expect(() => typed(...conditions)).toThrow();
    },
  );
});
