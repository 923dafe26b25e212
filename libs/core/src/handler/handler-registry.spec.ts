import { HandlerRegistry } from './handler-registry';

const invoke = async (): Promise<null> => null;

describe('the registry of handlers', () => {
  it('gives what was registered', () => {
    const registry = new HandlerRegistry();
    registry.register('b', invoke);
    registry.register('a', async () => 1);
    expect(registry.get('b')).toBe(invoke);
    expect([registry.has('a'), registry.has('c'), registry.names()]).toEqual([true, false, ['a', 'b']]);
  });

  it('refuses a second handler of a name and does not replace the first', () => {
    const registry = new HandlerRegistry();
    registry.register('a', invoke);
    expect(() => registry.register('a', async () => 1)).toThrow(
      expect.objectContaining({ code: 'TSK_HANDLER_DUPLICATE' }) as Error,
    );
    expect(registry.get('a')).toBe(invoke);
  });

  it('says so when there is none', () => {
    expect(() => new HandlerRegistry().get('x')).toThrow(
      expect.objectContaining({ code: 'TSK_HANDLER_NOT_FOUND' }) as Error,
    );
  });
});
