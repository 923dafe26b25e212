import { createServer, type AddressInfo } from 'node:net';

/**
 * A TCP port on loopback that is free right now. Another process may take it before the caller does.
 *
 * @internal
 */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
