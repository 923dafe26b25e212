import { connect, type Socket } from 'node:net';
import { systemClock } from '@tasker/core';
import type { Client } from 'pg';

/** `CancelRequest` of the protocol, where the version number stands. */
const CANCEL = 80_877_102;
const LENGTH = 16;
/** A server that does not take the request in this time has other troubles; its own limit ends the statement. */
const WITHIN_MS = 2_000;

/** As much of a session as the request says; no part of the driver's declared types. */
interface Target {
  readonly processID: number | null;
  readonly secretKey: number | null;
  readonly host: string;
  readonly port: number;
}

/**
 * Does work with a session until the signal fires: then the server is asked to stop what it runs, and whatever comes of
 * the work comes after that, so that the request cannot meet a later statement.
 *
 * @param session the one that is used, once it is there
 */
export async function cancelledBy<T>(
  signal: AbortSignal,
  session: () => Promise<Client> | undefined,
  work: () => Promise<T>,
): Promise<T> {
  let cancelling: Promise<void> | undefined;
  const cancel = (): void => {
    cancelling = session()
      ?.then(cancelStatement)
      .catch(() => undefined);
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', cancel);
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', cancel);
    await cancelling;
  }
}

/**
 * Asks the server, or the pooler, to stop what a session runs: over a connection of its own, in clear text, which every
 * server takes because it says nothing but two numbers.
 *
 * When it resolves the server has passed the request on. Never throws: a statement that is not stopped ends by its own
 * limit.
 */
async function cancelStatement(client: Client): Promise<void> {
  const { processID, secretKey, host, port } = client as unknown as Target;
  if (processID === null || secretKey === null) return;
  const request = Buffer.alloc(LENGTH);
  [LENGTH, CANCEL, processID, secretKey].forEach((word, index) => request.writeInt32BE(word, index * 4));
  await new Promise<void>((resolve) => {
    const socket: Socket = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host);
    const limit = systemClock.after(WITHIN_MS, () => socket.destroy());
    socket
      .once('connect', () => socket.write(request))
      // The answer is the end of the connection.
      .resume()
      .on('error', () => undefined)
      .once('close', () => {
        limit.cancel();
        resolve();
      });
  });
}
