import { isTaskerError, type Fault } from '../../errors/tasker-error';
import { compileContextValidator } from '../../schema/with-ajv';
import type { JsonSchema } from '../../data/json-schema';

function faultsOf(schema: JsonSchema | undefined, context: unknown): readonly Fault[] {
  try {
    compileContextValidator(schema)(context);
  } catch (error) {
    if (isTaskerError(error) && error.code === 'TSK_CONTEXT_INVALID') return error.details;
    throw error;
  }
  return [];
}

const ORDER: JsonSchema = {
  type: 'object',
  required: ['items', 'email'],
  additionalProperties: false,
  properties: {
    items: {
      type: 'array',
      items: {
        type: 'object',
        required: ['price'],
        properties: { price: { type: 'number', minimum: 0 }, quantity: { type: 'integer', default: 1 } },
      },
    },
    email: { type: 'string', format: 'email' },
    priority: { enum: ['standard', 'express'], default: 'standard' },
    options: { type: 'object', default: {}, properties: { gift: { type: 'boolean', default: false } } },
  },
};

describe('compileContextValidator', () => {
  it('applies defaults, nested ones too, to a copy', () => {
    const context = { items: [{ price: 1 }], email: 'a@b.example' };
    const before = structuredClone(context);
    expect(compileContextValidator(ORDER)(context)).toEqual({
      items: [{ price: 1, quantity: 1 }],
      email: 'a@b.example',
      priority: 'standard',
      options: { gift: false },
    });
    expect(context).toEqual(before);
  });

  it('shares no default between two contexts', () => {
    const validate = compileContextValidator(ORDER);
    const first = validate({ items: [], email: 'a@b.example' });
    (first['options'] as Record<string, unknown>)['gift'] = true;
    expect(validate({ items: [], email: 'a@b.example' })['options']).toEqual({ gift: false });
  });

  it('reports every violation with its path', () => {
    const context = { items: [{}, { price: -1 }, { price: 'x' }], email: 'nobody', priorty: 'express' };
    expect(faultsOf(ORDER, context)).toEqual([
      { path: 'context.priorty', message: 'is not known; did you mean "priority"?' },
      { path: 'context.items[0].price', message: 'is required' },
      { path: 'context.items[1].price', message: 'must be >= 0' },
      { path: 'context.items[2].price', message: 'must be number' },
      { path: 'context.email', message: 'must match format "email"' },
    ]);
  });

  it('reports what is not JSON before anything else', () => {
    expect(faultsOf(ORDER, { items: [5n], email: 'x\u0000' })).toEqual([
      { path: 'context.items[0]', message: 'must be JSON data, not a bigint' },
      { path: 'context.email', message: 'must not contain NUL characters' },
    ]);
  });

  it('takes dates as their text', () => {
    const schema = { properties: { at: { type: 'string', format: 'date-time' } } };
    expect(compileContextValidator(schema)({ at: new Date(0) })).toEqual({ at: '1970-01-01T00:00:00.000Z' });
  });

  it('accepts any object without a schema, and nothing but objects', () => {
    expect(compileContextValidator(undefined)({ any: ['thing'] })).toEqual({ any: ['thing'] });
    for (const context of [null, [], 'text', 5]) {
      expect(faultsOf(undefined, context)).toEqual([{ path: 'context', message: 'must be an object' }]);
    }
  });

  it('does not take what an object inherits for its properties', () => {
    expect(faultsOf({ required: ['constructor', 'toString'] }, {})).toHaveLength(2);
  });

  it('reports at most 100 violations', () => {
    const schema = { properties: { list: { items: { type: 'string' } } } };
    expect(faultsOf(schema, { list: new Array(1_000).fill(1) })).toHaveLength(100);
  });
});
