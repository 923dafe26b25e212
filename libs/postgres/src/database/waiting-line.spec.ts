import { WaitingLine } from './waiting-line';

const LIMITS = { waiting: 2, waitMs: 30 };
const turn = (): Promise<void> => new Promise(setImmediate);

/** Work that ends when it is told to. */
function work() {
  let end = (): void => undefined;
  const done = new Promise<void>((resolve) => (end = resolve));
  return { run: () => done, end: () => end() };
}

describe('a line for few places', () => {
  it('lets in so many at once, the others as places become free, in the order they came', async () => {
    const line = new WaitingLine(1, { ...LIMITS, waitMs: 5_000 });
    const entered: string[] = [];
    const first = work();
    const enter = (name: string, run: () => Promise<void>): Promise<void> =>
      line.within(() => {
        entered.push(name);
        return run();
      });
    const all = [enter('first', first.run), enter('second', turn), enter('third', turn)];
    await turn();
    expect(entered).toEqual(['first']);
    expect(line.counts).toEqual({ inside: 1, waiting: 2 });
    first.end();
    await Promise.all(all);
    expect(entered).toEqual(['first', 'second', 'third']);
    expect(line.counts).toEqual({ inside: 0, waiting: 0 });
  });

  it('refuses at once who comes when it is full', async () => {
    const line = new WaitingLine(1, LIMITS);
    const first = work();
    const inside = line.within(first.run);
    const waiting = [line.within(turn), line.within(turn)];
    await expect(line.within(turn)).rejects.toMatchObject({
      code: 'TSK_SATURATED',
      message: expect.stringMatching(/2 wait/) as string,
    });
    first.end();
    await Promise.all([inside, ...waiting]);
  });

  it('refuses who has waited too long, and lets the next in afterwards', async () => {
    const line = new WaitingLine(1, LIMITS);
    const first = work();
    const inside = line.within(first.run);
    await expect(line.within(turn)).rejects.toMatchObject({
      code: 'TSK_SATURATED',
      message: expect.stringMatching(/within 30 ms/) as string,
    });
    first.end();
    await inside;
    await line.within(turn);
    expect(line.counts).toEqual({ inside: 0, waiting: 0 });
  });

  it('gives the place of work that failed to the next', async () => {
    const line = new WaitingLine(1, LIMITS);
    await expect(line.within(() => Promise.reject(new Error('it broke')))).rejects.toThrow('it broke');
    await expect(line.within(() => Promise.resolve(7))).resolves.toBe(7);
  });
});
