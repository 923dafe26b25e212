import { isTaskerError } from '../errors/tasker-error';
import { checkJson, compileDefaultingSchema, compileSchema, schemaFaults } from './ajv-schemas';

describe('checkJson', () => {
  it('passes valid data and leaves it as it is, defaults included', () => {
    const data = {};
    expect(() => checkJson({ properties: { a: { default: 1 } } }, data, 'result')).not.toThrow();
    expect(data).toEqual({});
  });

  it('throws with every violation', () => {
    const schema = { required: ['a'], properties: { b: { const: 1 }, c: { pattern: '^x' } } };
    let thrown: unknown;
    try {
      checkJson(schema, { b: 2, c: 'y' }, 'result');
    } catch (error) {
      thrown = error;
    }
    expect(isTaskerError(thrown) && [thrown.code, thrown.details]).toEqual([
      'TSK_RESULT_INVALID',
      [
        { path: 'result.a', message: 'is required' },
        { path: 'result.b', message: 'must be 1' },
        { path: 'result.c', message: 'must match ^x' },
      ],
    ]);
  });
});

describe('compileSchema', () => {
  it('compiles a schema object once', () => {
    const schema = { type: 'object' };
    expect(compileSchema(schema)).toBe(compileSchema(schema));
  });

  it('takes two schemas of one $id, as two revisions of a template have them', () => {
    const make = (type: string) => ({
      $id: 'https://example.com/order',
      properties: { a: { $ref: 'https://example.com/a' } },
      definitions: { a: { $id: 'https://example.com/a', type } },
    });
    expect(compileSchema(make('string'))({ a: 1 }, 'x')).toHaveLength(1);
    expect(compileSchema(make('number'))({ a: 1 }, 'x')).toEqual([]);
  });

  it('follows references, recursive ones too', () => {
    const tree = { type: 'object', properties: { children: { type: 'array', items: { $ref: '#' } } } };
    expect(compileSchema(tree)({ children: [{ children: [5] }] }, 'tree')).toEqual([
      { path: 'tree.children[0].children[0]', message: 'must be object' },
    ]);
  });

  it.each([
    ['date', '2026-02-30'],
    ['date-time', 'today'],
    ['email', 'a'],
    ['uri', 'no scheme'],
    ['uuid', '123'],
    ['ipv4', '1.2.3'],
  ])('knows the format %s', (format, text) => {
    expect(compileSchema({ format })(text, 'x')).toEqual([{ path: 'x', message: `must match format "${format}"` }]);
  });
});

describe('large data', () => {
  it('is looked through once for duplicates', () => {
    const check = compileSchema({ type: 'array', uniqueItems: true });
    const entries = Array.from({ length: 20_000 }, (_, index) => ({ a: { index }, b: 'x' }));
    // Ajv's own way takes a minute for this, which no test has.
    expect(check([...entries, { b: 'x', a: { index: 7 } }], 'list')).toEqual([
      { path: 'list', message: 'must NOT have duplicate items (items ## 7 and 20000 are identical)' },
    ]);
    expect(check(entries, 'list')).toEqual([]);
  });

  it.each([
    [[1, '1', true, 'true', null, 'null', [1], ['1'], {}], []],
    [
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      [{ path: 'x', message: expect.stringContaining('0 and 1') }],
    ],
    [[0, -0], [{ path: 'x', message: expect.stringContaining('0 and 1') }]],
  ])('compares %j as JSON', (entries, faults) => {
    expect(compileSchema({ uniqueItems: true })(entries, 'x')).toEqual(faults);
    expect(compileSchema({ uniqueItems: false })(entries, 'x')).toEqual([]);
  });

  it('is told its first fault, defaults applied as ever', () => {
    const wrong = Array.from({ length: 300_000 }, () => 'x');
    const check = compileSchema({ type: 'array', items: { type: 'number' }, 'x-note': 1 });
    expect(check(wrong, 'list')).toEqual([{ path: 'list[0]', message: 'must be number' }]);
    expect(check(wrong.slice(0, 1_000), 'list')).toHaveLength(100);
    const data = { list: wrong };
    expect(compileDefaultingSchema({ properties: { a: { default: 1 } } })(data, 'x')).toEqual([]);
    expect(data).toMatchObject({ a: 1 });
  });
});

describe('schemaFaults', () => {
  it.each<[string, Record<string, unknown>]>([
    ['draft 7', { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' }],
    ['draft 6', { $schema: 'http://json-schema.org/draft-06/schema#' }],
    ['annotations', { title: 't', description: 'd', examples: [1], example: 1, deprecated: true, 'x-owner': 'me' }],
    ['a property with the name of an unknown keyword', { properties: { requird: {}, 'x-any': { 'x-deep': 1 } } }],
    ['several types', { type: ['string', 'null'] }],
    ['a default in a property', { properties: { a: { properties: { b: { default: 1 } } } } }],
  ])('accepts %s', (_, schema) => {
    expect(schemaFaults(schema, 'schema')).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ['another draft', { $schema: 'https://json-schema.org/draft/2020-12/schema' }, 'schema.$schema', /draft-07/],
    ['an unknown type', { properties: { a: { type: 'text' } } }, 'schema.properties.a.type', /must be one of "array"/],
    ['an unknown keyword', { requird: ['a'] }, 'schema', /unknown keyword: "requird"/],
    ['an unknown format', { format: 'telephone' }, 'schema', /unknown format "telephone"/],
    ['a bad pattern', { pattern: '(' }, 'schema', /Invalid regular expression/],
    ['a reference to nowhere', { $ref: '#/definitions/none' }, 'schema', /can't resolve reference/],
    [
      'a default that is never applied',
      { anyOf: [{ properties: { a: { default: 1 } } }] },
      'schema',
      /default is ignored/,
    ],
    ['an asynchronous schema', { $async: true }, 'schema.$async', /is not supported/],
  ])('refuses %s', (_, schema, path, message) => {
    expect(schemaFaults(schema, 'schema')).toEqual([{ path, message: expect.stringMatching(message) }]);
  });
});
