import { onBehalfOf } from './caller';
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

describe('callers in the line', () => {
  const caller = (id: string) => ({ id, signal: new AbortController().signal });
  const long = { waiting: 8, waitMs: 5_000 };

  it('leave a place to others, however early they came', async () => {
    const line = new WaitingLine(2, long);
    const entered: string[] = [];
    const works = new Map<string, ReturnType<typeof work>>();
    const enter = (id: string, name: string): Promise<void> => {
      const own = work();
      works.set(name, own);
      return onBehalfOf(caller(id), () =>
        line.within(() => {
          entered.push(name);
          return own.run();
        }),
      );
    };
    const all = [enter('ann', 'a1'), enter('ann', 'a2'), enter('bob', 'b1')];
    await turn();
    expect(entered).toEqual(['a1', 'b1']);
    works.get('b1')?.end();
    await turn();
    expect(entered).toEqual(['a1', 'b1']);
    works.get('a1')?.end();
    await turn();
    expect(entered).toEqual(['a1', 'b1', 'a2']);
    works.get('a2')?.end();
    await Promise.all(all);
    expect(line.counts).toEqual({ inside: 0, waiting: 0 });
  });

  it('leave a place to others when what they ask may take long, whoever they are', async () => {
    const line = new WaitingLine(3, long);
    const works: ReturnType<typeof work>[] = [];
    const search = (id: string): Promise<void> => {
      const own = work();
      works.push(own);
      return onBehalfOf({ ...caller(id), searches: true }, () => line.within(own.run));
    };
    const searches = ['ann', 'bob', 'eve'].map(search);
    await turn();
    expect(line.counts).toEqual({ inside: 2, waiting: 1 });
    // Whatever is quick comes in beside them.
    await onBehalfOf(caller('joe'), () => line.within(turn));
    await line.within(turn);
    const background = line.within(turn, true);
    expect(line.counts).toEqual({ inside: 2, waiting: 2 });
    works.forEach(({ end }) => end());
    await Promise.all([...searches, background]);
  });

  it('have a quarter of the line', async () => {
    const line = new WaitingLine(1, long);
    const first = work();
    const inside = line.within(first.run);
    const ann = caller('ann');
    const waiting = [1, 2].map(() => onBehalfOf(ann, () => line.within(turn)));
    await expect(onBehalfOf(ann, () => line.within(turn))).rejects.toMatchObject({
      message: expect.stringContaining('2 requests of this caller wait') as string,
    });
    waiting.push(onBehalfOf(caller('bob'), () => line.within(turn)));
    first.end();
    await Promise.all([inside, ...waiting]);
  });

  it('leave it when they hang up', async () => {
    const line = new WaitingLine(1, long);
    const first = work();
    const inside = line.within(first.run);
    const gone = new AbortController();
    const waiting = onBehalfOf({ id: 'ann', signal: gone.signal }, () => line.within(turn));
    await turn();
    expect(line.counts.waiting).toBe(1);
    gone.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    expect(line.counts.waiting).toBe(0);
    await expect(onBehalfOf({ id: 'ann', signal: gone.signal }, () => line.within(turn))).rejects.toThrow('gone');
    first.end();
    await inside;
  });

  it('are nobody any more when their work is over', async () => {
    const line = new WaitingLine(1, long);
    const gone = new AbortController();
    let later = (): Promise<void> => Promise.resolve();
    await onBehalfOf({ id: 'ann', signal: gone.signal }, () => {
      const begun = work();
      const loop = begun.run().then(() => line.within(turn));
      later = () => {
        begun.end();
        return loop;
      };
      return Promise.resolve();
    });
    gone.abort(new Error('gone'));
    await expect(later()).resolves.toBeDefined();
  });
});
