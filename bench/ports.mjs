import { connect, createServer } from 'node:net';

/** @returns that many different ports of the loopback address that nobody listens on */
export async function freePorts(count) {
  const probes = await Promise.all(Array.from({ length: count }, listen));
  const ports = probes.map((probe) => probe.address().port);
  await Promise.all(probes.map((probe) => new Promise((resolve) => probe.close(resolve))));
  return ports;
}

function listen() {
  const probe = createServer();
  return new Promise((resolve) => probe.listen(0, '127.0.0.1', () => resolve(probe)));
}

/** Whether somebody accepts connections there. */
export function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true) ?? socket.destroy());
    socket.once('error', () => resolve(false));
  });
}
