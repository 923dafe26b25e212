import { AsyncHome, type Announcement } from '@tasker/core';

/** A NOTIFY serialises commits server-wide (measured: a fifth of the rate when every commit has one), so they are spaced. */
const SPACING_MS = 5;

/** Sends announcements, merged to at most one per few milliseconds. Losing one costs a poll interval, so errors are not raised. */
export class Announcer {
  private readonly home = new AsyncHome();
  private waiting: Announcement | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly send: (text: string) => Promise<void>) {}

  announce({ count, priority }: Announcement): void {
    const known = this.waiting;
    this.waiting = known
      ? { count: known.count + count, priority: Math.max(known.priority, priority) }
      : { count, priority };
    if (!this.timer) this.home.run(() => this.flush());
  }

  close(): void {
    clearTimeout(this.timer);
  }

  private flush(): void {
    const { waiting } = this;
    this.timer = undefined;
    if (!waiting) return;
    this.waiting = undefined;
    this.timer = setTimeout(() => this.flush(), SPACING_MS);
    this.timer.unref();
    this.send(announcementText(waiting)).catch(() => undefined);
  }
}

/** `count:priority:ticket`. The ticket is random and chooses which workers wake. */
export const announcementText = ({ count, priority }: Announcement): string =>
  `${count}:${priority}:${Math.floor(Math.random() * 1_000_000)}`;
