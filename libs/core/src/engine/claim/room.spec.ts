import { SETTLE_BACKLOG } from '../engine-options';
import type { Hand } from './hand';
import { Room } from './room';

/**
 * Room for ten handlers at once, beside so many steps in hand, and of them so many that something may follow; handlers
 * take 20 ms, so that ten more are reached for.
 */
const roomBeside = (size: number, staying = size): Room => new Room(10, { size, staying } as Hand);

describe('the room of a worker', () => {
  it('is for what it runs at once, and for what it starts within moments', () => {
    expect([roomBeside(0).reach(), roomBeside(0).left(0), roomBeside(7).left(7)]).toEqual([20, 20, 13]);
  });

  it('grows when handlers are fast and shrinks when they are slow, to what runs at once', () => {
    const [fast, slow] = [roomBeside(0), roomBeside(0)];
    for (let run = 0; run < 200; run++) {
      fast.measured(0.5);
      slow.measured(60_000);
    }
    expect(fast.reach()).toBeGreaterThan(300);
    expect(slow.reach()).toBe(10);
  });

  it('is less by what is reserved, until it is given back', () => {
    const room = roomBeside(0);
    room.reserve(8);
    expect(room.left(0)).toBe(12);
    room.unreserve(8);
    expect(room.left(0)).toBe(20);
  });

  it('counts for claims what is being settled and something follows', () => {
    expect(roomBeside(15).left(0)).toBe(20);
    expect(roomBeside(15).leftForClaims(0)).toBe(5);
    expect(roomBeside(5).leftForClaims(5)).toBe(15);
  });

  it('does not count for claims what is being settled and nothing follows', () => {
    expect(roomBeside(25, 2).leftForClaims(2)).toBe(18);
    expect(roomBeside(25, 12).leftForClaims(2)).toBe(8);
  });

  it('is nothing while the database is behind', () => {
    expect(roomBeside(SETTLE_BACKLOG).left(0)).toBe(0);
    expect(roomBeside(SETTLE_BACKLOG).left(1)).toBeGreaterThan(0);
    expect(roomBeside(SETTLE_BACKLOG, 0).leftForClaims(0)).toBe(0);
  });
});
