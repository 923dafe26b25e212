import type { Fault } from '@tasker/core';
import { JSON_TEXT, readQuery } from './read-query';

const SCHEMAS = {
  limit: { type: 'integer' },
  share: { type: 'number' },
  hold: { type: 'boolean' },
  name: { type: 'string' },
  state: { type: 'array', items: { type: 'string' } },
  context: { [JSON_TEXT]: { type: 'object' } },
};

function read(query: string): { query: Record<string, unknown>; faults: Fault[] } {
  const faults: Fault[] = [];
  return { query: { ...readQuery(new URLSearchParams(query), SCHEMAS, faults) }, faults };
}

describe('readQuery', () => {
  it('reads values as their schemas ask', () => {
    const { query, faults } = read('limit=5&share=0.5&hold=false&name=7&state=a&state=b&context={"a":[1]}');
    expect(query).toEqual({ limit: 5, share: 0.5, hold: false, name: '7', state: ['a', 'b'], context: { a: [1] } });
    expect(faults).toEqual([]);
  });

  it.each(['limit=', 'limit=5x', 'limit=1e5', 'limit=99999999999999999999', 'hold=yes', 'hold=TRUE'])(
    'leaves %s as text for the schema to refuse',
    (text) => {
      const [name = '', value] = text.split('=');
      expect(read(text)).toEqual({ query: { [name]: value }, faults: [] });
    },
  );

  it('keeps what it does not know, whatever it is called', () => {
    expect(read('nonsense=1&constructor=2').query).toEqual({ nonsense: '1', constructor: '2' });
    expect(Object.keys(read('__proto__=3').query)).toEqual(['__proto__']);
  });

  it('reports what is given twice, and what is no JSON', () => {
    expect(read('limit=1&limit=2&context={').faults).toEqual([
      { path: 'limit', message: 'must be given once' },
      { path: 'context', message: 'must be JSON' },
    ]);
  });
});
