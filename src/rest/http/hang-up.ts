import type { ServerResponse } from 'node:http';

/** Fires when the caller goes away before it has its answer. @internal */
export function hangUpOf(response: ServerResponse): AbortSignal {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableEnded) gone.abort(new Error('The caller went away.'));
  });
  return gone.signal;
}
