import type { Announcement } from '../../ports/engine-store';

/**
 * Whether this worker answers an announcement. A few new steps wake a few workers, chosen by the announcement's random
 * ticket; the safety poll of the others covers one that does not come.
 */
export function wakesFor(
  announcement: Announcement & { readonly ticket: number },
  share: { readonly rank: number; readonly workers: number },
  concurrency: number,
): boolean {
  const wanted = Math.ceil(announcement.count / concurrency);
  const distance = (share.rank - (announcement.ticket % share.workers) + share.workers) % share.workers;
  return distance < wanted;
}
