import { withinLimits } from './within-limits';

const never = new Promise<never>(() => undefined);

describe('withinLimits', () => {
  it('gives the result of the work', async () => {
    await expect(
      withinLimits(Promise.resolve(5), { timeoutMs: 60_000, signal: new AbortController().signal }),
    ).resolves.toBe(5);
  });

  it('passes on the failure of the work', async () => {
    await expect(withinLimits(Promise.reject(new Error('no')), {})).rejects.toThrow('no');
  });

  it('throws a TimeoutError when the time is over', async () => {
    await expect(withinLimits(never, { timeoutMs: 5 })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it.each([0.5, -1, Infinity, NaN, 2 ** 60])('refuses %d as a limit', async (timeoutMs) => {
    await expect(withinLimits(never, { timeoutMs })).rejects.toMatchObject({
      ...{ code: 'TSK_REQUEST_INVALID', details: [{ path: 'timeoutMs' }] },
    });
  });

  it('takes a limit of a year, which is longer than any timer of Node', async () => {
    const outcome = await Promise.race([
      withinLimits(never, { timeoutMs: 365 * 86_400_000 }).catch(() => 'expired'),
      new Promise((resolve) => setImmediate(() => setTimeout(resolve, 5, 'waiting'))),
    ]);
    expect(outcome).toBe('waiting');
  });

  it('throws the reason of the signal, fired before or later', async () => {
    const reason = new Error('client went away');
    const controller = new AbortController();
    const waiting = withinLimits(never, { signal: controller.signal });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(withinLimits(never, { signal: controller.signal })).rejects.toBe(reason);
  });
});
