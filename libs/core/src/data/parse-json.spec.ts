import type { Fault } from '../errors/tasker-error';
import { parseJson } from './parse-json';

const pathsOf = (text: string): string[] => {
  const faults: Fault[] = [];
  parseJson(text, 'context', faults);
  return faults.map(({ path }) => path);
};

describe('parseJson', () => {
  it.each([
    ['9007199254740993', ['context']],
    ['[1, 9007199254740993]', ['context[1]']],
    ['{"a": {"b c": [[], {}, {"id": -12345678901234567890}]}}', ['context.a["b c"][2].id']],
    ['{"a\\"b": "x", "id": 9007199254740992}', ['context.id']],
    ['[[1],[2,{"z":"9007199254740993"}], true, null, {"k":"v","n": 10000000000000000}]', ['context[4].n']],
    ['{"id":123456789012345678901234567890}', ['context.id']],
  ])('finds what would be rounded in %s', (text, paths) => {
    expect(pathsOf(text)).toEqual(paths);
  });

  it.each([
    '9007199254740991',
    '-9007199254740991',
    '"9007199254740993"',
    '{"9007199254740993": "9007199254740993"}',
    '1.5e300',
    '0.12345678901234567890',
    '[1e21, 12345678901234567890.5]',
    '{"a":"\\"9007199254740993"}',
  ])('leaves %s as it is', (text) => {
    const faults: Fault[] = [];
    expect(parseJson(text, '', faults)).toEqual(JSON.parse(text));
    expect(faults).toEqual([]);
  });

  it('throws for what is no JSON', () => {
    expect(() => parseJson('{"a":', '', [])).toThrow(SyntaxError);
  });
});
