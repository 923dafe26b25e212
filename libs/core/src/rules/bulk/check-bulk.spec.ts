import { checkBulk, type BulkOptions } from './check-bulk';

const ACT = { actor: 'ada' };
const paths = (run: () => unknown): string[] => {
  try {
    run();
  } catch (error) {
    return (error as { details: readonly { path: string }[] }).details.map(({ path }) => path);
  }
  return [];
};

describe('starting a bulk operation', () => {
  it('has defaults', () => {
    const filter = { name: 'order' };
    expect(checkBulk(filter, { verb: 'cancel' }, ACT)).toEqual({
      ...{ command: { verb: 'cancel' }, filter, actor: 'ada', reason: null, rate: 500, batchSize: 100 },
    });
    expect(checkBulk(filter, { verb: 'cancel' }, { ...ACT, reason: 'why' }, { rate: null })).toMatchObject({
      ...{ reason: 'why', rate: null },
    });
  });

  it('needs a filter that narrows, of known fields', () => {
    expect(paths(() => checkBulk({}, { verb: 'cancel' }, ACT))).toEqual(['filter']);
    expect(paths(() => checkBulk({ nmae: 'x' } as object, { verb: 'cancel' }, ACT))).toEqual(['filter.nmae']);
    expect(paths(() => checkBulk({ name: undefined } as object, { verb: 'cancel' }, ACT))).toEqual(['filter']);
    expect(paths(() => checkBulk({ name: 'a', state: undefined } as object, { verb: 'cancel' }, ACT))).toEqual([]);
  });

  it('is not about a version of one task', () => {
    expect(paths(() => checkBulk({ name: 'order' }, { verb: 'cancel' }, { ...ACT, ifVersion: 1 }))).toEqual([
      'ifVersion',
    ]);
  });

  it.each<[BulkOptions, string[]]>([
    [{ rate: 0.1, batchSize: 1 }, []],
    [{ rate: 100_000, batchSize: 500 }, []],
    [{ rate: 0.09 }, ['rate']],
    [{ rate: 100_001, batchSize: 501 }, ['rate', 'batchSize']],
    [{ batchSize: 0 }, ['batchSize']],
    [{ batchSize: 1.5 }, ['batchSize']],
    [{ rate: '5' as unknown as number }, ['rate']],
    [{ rate: NaN, batchSize: 0.5 }, ['rate', 'batchSize']],
  ])('goes as fast as is reasonable: %j', (options, faults) => {
    expect(paths(() => checkBulk({ name: 'order' }, { verb: 'cancel' }, ACT, options))).toEqual(faults);
  });
});
