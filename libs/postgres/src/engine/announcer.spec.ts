import { Announcer, announcementText } from './announcer';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function announcer(answer: () => Promise<void> = () => Promise.resolve()) {
  const sent: string[] = [];
  const own = new Announcer((text) => {
    sent.push(text.split(':').slice(0, 2).join(':'));
    return answer();
  });
  return { announcer: own, sent };
}

describe('announcements', () => {
  it('go out at once when none went before', () => {
    const { announcer: own, sent } = announcer();
    own.announce({ count: 3, priority: 2 });
    expect(sent).toEqual(['3:2']);
  });

  it('are merged for a few milliseconds: counts add up, the highest priority counts', () => {
    const { announcer: own, sent } = announcer();
    own.announce({ count: 1, priority: 0 });
    own.announce({ count: 2, priority: -5 });
    own.announce({ count: 4, priority: 9 });
    expect(sent).toEqual(['1:0']);
    jest.advanceTimersByTime(5);
    expect(sent).toEqual(['1:0', '6:9']);
    jest.advanceTimersByTime(5);
    own.announce({ count: 1, priority: 1 });
    expect(sent).toEqual(['1:0', '6:9', '1:1']);
  });

  it('that are lost trouble nobody: there is the poll', async () => {
    const { announcer: own, sent } = announcer(() => Promise.reject(new Error('no database')));
    own.announce({ count: 1, priority: 0 });
    await Promise.resolve();
    jest.advanceTimersByTime(5);
    own.announce({ count: 1, priority: 0 });
    expect(sent).toHaveLength(2);
  });

  it('stop when it is closed', () => {
    const { announcer: own, sent } = announcer();
    own.announce({ count: 1, priority: 0 });
    own.announce({ count: 1, priority: 0 });
    own.close();
    jest.advanceTimersByTime(50);
    expect(sent).toHaveLength(1);
  });

  it('carry a ticket that is a number', () => {
    expect(announcementText({ count: 2, priority: -1 })).toMatch(/^2:-1:\d{1,6}$/);
  });
});
