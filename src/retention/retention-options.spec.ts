import type { Fault } from '@tasker/core';
import { readRetention } from './retention-options';

function read(value: unknown) {
  const faults: Fault[] = [];
  return { options: readRetention(value, 'retention', faults), faults };
}

describe('the option retention', () => {
  it('keeps everything by default', () => {
    expect(read(undefined)).toEqual({
      options: {
        ...{ keepMs: null, keepErrorsMs: null, mode: 'delete', perTemplate: [] },
        ...{ batch: 200, pauseMs: 20, intervalMs: 60_000 },
      },
      faults: [],
    });
  });

  it('takes terms for single templates; what they leave out stays open', () => {
    const perTemplate = [
      { name: 'order', keepMs: 3_600_000 },
      { namespace: 'eu', name: 'order', version: '2', mode: 'archive' },
    ];
    const { options, faults } = read({ keepMs: 60_000, keepErrorsMs: null, perTemplate });
    expect(faults).toEqual([]);
    expect(options.perTemplate).toEqual([
      { namespace: 'default', name: 'order', version: null, keepMs: 3_600_000 },
      { namespace: 'eu', name: 'order', version: '2', mode: 'archive' },
    ]);
  });

  it('reports every fault with its path', () => {
    const perTemplate = [{ nmae: 'x' }, 'order', { name: 'a', mode: 'burn' }, { name: 'a', keepMs: 1 }];
    expect(read({ keepMs: 5, batch: 0, perTemplate }).faults).toEqual([
      { path: 'retention.keepMs', message: expect.stringContaining('from 60000') as string },
      { path: 'retention.perTemplate[0].nmae', message: 'unknown option; did you mean "name"?' },
      { path: 'retention.perTemplate[0].name', message: 'is required' },
      { path: 'retention.perTemplate[1]', message: 'must be an object, not a string' },
      { path: 'retention.perTemplate[2].mode', message: expect.stringContaining('"archive"') as string },
      { path: 'retention.perTemplate[3].keepMs', message: expect.stringContaining('from 60000') as string },
      { path: 'retention.perTemplate[3]', message: 'is for the same templates as one before' },
      { path: 'retention.batch', message: expect.stringContaining('from 1') as string },
    ]);
    expect(read({ perTemplate: {} }).faults).toEqual([
      { path: 'retention.perTemplate', message: 'must be a list, not an object' },
    ]);
  });
});
