import type { Announcement } from '@tasker/core';
import { Client, type ClientConfig } from 'pg';

export type Announced = Announcement & { readonly ticket: number };

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

/** Listens on a connection of its own, and again after it broke; says null then, because announcements may be lost. */
export class AnnouncementListener {
  private client: Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;
  private waitMs = FIRST_WAIT_MS;

  constructor(
    private readonly config: ClientConfig,
    private readonly channel: string,
  ) {}

  async start(onAnnounced: (announced: Announced | null) => void): Promise<void> {
    const client = new Client({ ...this.config, keepAlive: true });
    const again = () => this.restart(client, onAnnounced);
    client.on('error', again).on('end', again);
    client.on('notification', ({ payload }) => onAnnounced(readAnnouncement(payload ?? '')));
    this.client = client;
    try {
      await client.connect();
      await client.query(`listen "${this.channel}"`);
      this.waitMs = FIRST_WAIT_MS;
      onAnnounced(null);
    } catch {
      again();
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  private restart(broken: Client, onAnnounced: (announced: Announced | null) => void): void {
    if (this.closed || this.client !== broken) return;
    this.client = undefined;
    void broken.end().catch(() => undefined);
    this.timer = setTimeout(() => void this.start(onAnnounced), this.waitMs);
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
