import { HandlerRegistry } from '../../handler/handler-registry';
import type { ClaimedStep, Lane } from '../../ports/engine-store';
import { LaneTable } from './lane-table';

const LANES: Lane[] = [
  { id: 1, queue: 'default', handler: 'known', level: 1 },
  { id: 2, queue: 'slow', handler: 'known', level: 1 },
  { id: 3, queue: 'default', handler: 'unknown', level: 1 },
];

function table(queues: readonly string[] | null): LaneTable {
  const handlers = new HandlerRegistry();
  handlers.register('known', async () => null);
  return new LaneTable({ handlers, queues, level: 2 });
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

  it("are the engine's own as well, whatever its queues, but none of a level it does not understand", () => {
    const lanes = table(['slow']);
    lanes.update([
      { id: 4, queue: '@engine', handler: '@engine', level: 2 },
      { id: 5, queue: '@engine', handler: '@engine', level: 3 },
      { id: 6, queue: 'slow', handler: 'known', level: 3 },
    ]);
    expect([lanes.ids(), lanes.ofEngine.ids(), lanes.serves(4)]).toEqual([[4], [4], true]);
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
    expect(lanes.ofHandlers.claimRange(0)).toEqual({ lanes: [1, 2], fromSeq: ['0', '0'], partial: false });
    lanes.ofHandlers.noteClaimed([fromQueue(1, '50000'), fromQueue(1, '30000'), fromQueue(2, '500')]);
    expect(lanes.ofHandlers.claimRange(10)).toEqual({ lanes: [1, 2], fromSeq: ['10000', '0'], partial: true });
  });

  it('ignores steps that did not come from the queue', () => {
    const lanes = table(null);
    lanes.update(LANES);
    lanes.ofHandlers.noteClaimed([{ queued: null } as ClaimedStep]);
    expect(lanes.ofHandlers.claimRange(0).partial).toBe(false);
  });

  it('is forgotten every second and on request, so that it hides nothing for long', () => {
    const lanes = table(null);
    lanes.update(LANES);
    lanes.ofHandlers.claimRange(0);
    lanes.ofHandlers.noteClaimed([fromQueue(1, '50000')]);
    expect(lanes.ofHandlers.claimRange(999).partial).toBe(true);
    expect(lanes.ofHandlers.claimRange(1_000).partial).toBe(false);
    lanes.ofHandlers.noteClaimed([fromQueue(1, '50000')]);
    lanes.lookAtAll();
    expect(lanes.ofHandlers.claimRange(1_001).partial).toBe(false);
  });
});
