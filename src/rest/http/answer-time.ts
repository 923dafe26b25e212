import type { IncomingMessage, ServerResponse } from 'node:http';
import { systemClock } from '@tasker/core';

const bounded = new WeakSet<ServerResponse>();

/**
 * From now on the answer goes out, and has to be taken in this time: who asks and reads nothing, or a byte now and then,
 * would otherwise keep its place, its connection and the answer for as long as it likes.
 *
 * @internal
 */
export function boundAnswer(request: IncomingMessage, response: ServerResponse, answerMs: number): void {
  if (bounded.has(response) || response.closed || response.destroyed) return;
  bounded.add(response);
  // Not of the response: one that waits for its turn on the connection has none yet.
  const limit = systemClock.after(answerMs, () => request.socket.destroy());
  response.once('close', () => limit.cancel());
}
