import { HandlerRegistry } from '../../handler/handler-registry';
import type { ClaimedStep, Lane } from '../../ports/engine-store';
import { LaneTable } from './lane-table';

const LANES: Lane[] = [
  { id: 1, queue: 'default', handler: 'known' },
  { id: 2, queue: 'slow', handler: 'known' },
  { id: 3, queue: 'default', handler: 'unknown' },
];

function table(queues: readonly string[] | null): LaneTable {
  const handlers = new HandlerRegistry();
  handlers.register('known', async () => null);
  return new LaneTable(handlers, queues);
}

const fromQueue = (laneId: number, seq: string): ClaimedStep => ({ queued: { laneId, seq } }) as unknown as ClaimedStep;

describe('the lanes a worker serves', () => {
  it('are those with a handler it has, of the queues it is told', () => {
    const [all, slow] = [table(null), table(['slow', 'other'])];
    all.update(LANES);
    slow.update(LANES);
    expect([all.ids(), slow.ids()]).toEqual([[1, 2], [2]]);
    expect([all.serves(1), all.serves(3), slow.serves(1)]).toEqual([true, false, false]);
  });

  it('grow when a lane comes, which the caller is told once', () => {
    const lanes = table(null);
    expect(lanes.update(LANES.slice(0, 1))).toBe(true);
    expect(lanes.update(LANES.slice(0, 1))).toBe(false);
    expect(lanes.update(LANES)).toBe(true);
  });
});

describe('the watermark of a lane', () => {
  it('starts at nothing and follows the lowest claim at a distance', () => {
    const lanes = table(null);
    lanes.update(LANES);
    expect(lanes.claimRange(0)).toEqual({ lanes: [1, 2], fromSeq: ['0', '0'], partial: false });
    lanes.noteClaimed([fromQueue(1, '50000'), fromQueue(1, '30000'), fromQueue(2, '500')]);
    expect(lanes.claimRange(10)).toEqual({ lanes: [1, 2], fromSeq: ['10000', '0'], partial: true });
  });

  it('ignores steps that did not come from the queue', () => {
    const lanes = table(null);
    lanes.update(LANES);
    lanes.noteClaimed([{ queued: null } as ClaimedStep]);
    expect(lanes.claimRange(0).partial).toBe(false);
  });

  it('is forgotten every second and on request, so that it hides nothing for long', () => {
    const lanes = table(null);
    lanes.update(LANES);
    lanes.claimRange(0);
    lanes.noteClaimed([fromQueue(1, '50000')]);
    expect(lanes.claimRange(999).partial).toBe(true);
    expect(lanes.claimRange(1_000).partial).toBe(false);
    lanes.noteClaimed([fromQueue(1, '50000')]);
    lanes.lookAtAll();
    expect(lanes.claimRange(1_001).partial).toBe(false);
  });
});
