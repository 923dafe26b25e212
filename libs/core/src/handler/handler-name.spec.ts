import { resolveHandlerName, STEP_HANDLER_KEY } from './handler-name';

describe('resolveHandlerName', () => {
  it('is the name its own decorator gave, else that of the class', () => {
    class Plain {}
    class Decorated {}
    Reflect.defineMetadata(STEP_HANDLER_KEY, { name: 'given' }, Decorated);
    class Heir extends Decorated {}
    expect([Plain, Decorated, Heir].map(resolveHandlerName)).toEqual(['Plain', 'given', 'Heir']);
  });

  it('is the name of the class when the metadata is of another shape', () => {
    class Odd {}
    Reflect.defineMetadata(STEP_HANDLER_KEY, 'text', Odd);
    expect(resolveHandlerName(Odd)).toBe('Odd');
  });

  it('works without reflect-metadata', () => {
    const { getOwnMetadata } = Reflect;
    class Plain {}
    try {
      Reflect.deleteProperty(Reflect, 'getOwnMetadata');
      expect(resolveHandlerName(Plain)).toBe('Plain');
    } finally {
      Object.assign(Reflect, { getOwnMetadata });
    }
  });
});
