import { OWN_TYPES } from './value-parsers';

const read = (oid: number, text: string): unknown => OWN_TYPES.getTypeParser(oid)(text);

describe('how values of the server are read', () => {
  it.each<[string, number, string, unknown]>([
    ['bool', 16, 't', true],
    ['bool', 16, 'f', false],
    ['bytea', 17, '\\x00ff', Buffer.from([0, 255])],
    ['int8', 20, '9007199254740993', '9007199254740993'],
    ['int2', 21, '-7', -7],
    ['int4', 23, '7', 7],
    ['text', 25, 'a', 'a'],
    ['float8', 701, '1.5', 1.5],
    ['float8', 701, 'Infinity', Infinity],
    ['numeric', 1700, '1.50', '1.50'],
    ['json', 114, '{"a":[1]}', { a: [1] }],
    ['jsonb', 3802, 'null', null],
    ['int8[]', 1016, '{1,NULL,9007199254740993}', ['1', null, '9007199254740993']],
    ['int4[]', 1007, '{1,2}', [1, 2]],
    ['bool[]', 1000, '{t,f}', [true, false]],
    ['text[]', 1009, '{a,"b,\\"c",""}', ['a', 'b,"c', '']],
    ['timestamptz[]', 1185, '{"2026-01-02 03:04:05+00"}', [new Date('2026-01-02T03:04:05Z')]],
    ['unknown to us', 99_999, 'x', 'x'],
  ])('%s', (_type, oid, text, value) => {
    expect(read(oid, text)).toEqual(value);
  });

  it.each([
    ['2026-01-02 03:04:05.678901+00', '2026-01-02T03:04:05.678Z'],
    ['2026-01-02 03:04:05+05:30', '2026-01-01T21:34:05.000Z'],
    ['2026-01-02 03:04:05-07', '2026-01-02T10:04:05.000Z'],
    ['1880-01-01 00:00:00-00:44:30', '1880-01-01T00:44:30.000Z'],
    ['12026-01-02 03:04:05+00', '+012026-01-02T03:04:05.000Z'],
    ['0044-03-15 12:00:00+00 BC', '-000043-03-15T12:00:00.000Z'],
    ['0099-01-01 00:00:00+00', '0099-01-01T00:00:00.000Z'],
  ])('a time with its zone: %s', (text, iso) => {
    expect(read(1184, text)).toEqual(new Date(iso));
  });

  it('a time without zone is one of this machine, a day its midnight', () => {
    expect(read(1114, '2026-01-02 03:04:05.5')).toEqual(new Date(2026, 0, 2, 3, 4, 5, 500));
    expect(read(1082, '2026-01-02')).toEqual(new Date(2026, 0, 2));
  });

  it('times that never come, and those written in another style', () => {
    expect([read(1184, 'infinity'), read(1184, '-infinity')]).toEqual([Infinity, -Infinity]);
    expect(() => read(1184, '02/01/2026 03:04:05 UTC')).toThrow(/not in ISO style/);
  });
});
