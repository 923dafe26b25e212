import type { Announcement } from '@tasker/core';
import type { Client } from 'pg';
import type { Connection, ConnectionWatch } from '../database/connection';

export type Announced = Announcement & { readonly ticket: number };

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/** Keeps a connection open and listens on it; says null after each opening, because announcements may be lost. */
export class AnnouncementListener implements ConnectionWatch {
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private waitMs = FIRST_WAIT_MS;
  private hear: (announced: Announced | null) => void = () => undefined;

  constructor(
    private readonly connection: Connection,
    private readonly channel: string,
  ) {}

  /** Returns when it listens, or has found that it cannot yet: then it tries again by itself. */
  async start(onAnnounced: (announced: Announced | null) => void): Promise<void> {
    this.hear = onAnnounced;
    await this.connection.watchedBy(this).catch(() => this.again());
  }

  async opened(client: Client): Promise<void> {
    client.on('notification', ({ payload }) => this.hear(readAnnouncement(payload ?? '')));
    await client.query(`listen "${this.channel}"`);
    this.waitMs = FIRST_WAIT_MS;
    this.hear(null);
  }

  lost(): void {
    this.again();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private again(): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.connection.open().catch(() => this.again()), this.waitMs);
    this.timer.unref();
    this.waitMs = Math.min(this.waitMs * 2, LONGEST_WAIT_MS);
  }
}

/** Null for text this version does not understand: then simply look. */
function readAnnouncement(text: string): Announced | null {
  const parts = text.split(':').map(Number);
  const [count, priority, ticket] = parts;
  if (count === undefined || priority === undefined || ticket === undefined || parts.some(Number.isNaN)) return null;
  return { count, priority, ticket };
}
