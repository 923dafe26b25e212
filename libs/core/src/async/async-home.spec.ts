import { AsyncLocalStorage } from 'node:async_hooks';
import { AsyncHome } from './async-home';

describe('AsyncHome', () => {
  const tenant = new AsyncLocalStorage<string>();

  it('runs work where it was made, and what the work begins', async () => {
    const home = tenant.run('boot', () => new AsyncHome());
    const [now, later] = tenant.run('caller', () => home.run(() => [tenant.getStore(), answerLater()] as const));
    expect([now, await later, tenant.getStore()]).toEqual(['boot', 'boot', undefined]);
  });

  it('gives every work a context of its own: what one enters, none of the others finds', () => {
    const home = new AsyncHome();
    home.run(() => tenant.enterWith('left behind'));
    expect(home.run(() => tenant.getStore())).toBeUndefined();
    expect(tenant.getStore()).toBeUndefined();
  });

  it('passes on what the work answers and throws', async () => {
    const home = new AsyncHome();
    expect(home.run(() => 1)).toBe(1);
    expect(() =>
      home.run(() => {
        throw new RangeError('no');
      }),
    ).toThrow(RangeError);
    await expect(home.run(() => Promise.reject(new RangeError('later')))).rejects.toThrow('later');
  });

  const answerLater = (): Promise<string | undefined> =>
    new Promise((resolve) => setImmediate(() => resolve(tenant.getStore())));
});
