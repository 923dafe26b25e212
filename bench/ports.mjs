import { connect, createServer } from 'node:net';

/**
 * Below the ports that the system gives to outgoing connections, so that none of these takes one meanwhile; and Temporal
 * stores its ports in 16 bits with a sign.
 */
const RANGE = { from: 20_000, to: 32_000 };

/** @returns that many different ports of the loopback address that nobody listens on */
export async function freePorts(count) {
  const ports = new Set();
  while (ports.size < count) {
    const port = RANGE.from + Math.floor(Math.random() * (RANGE.to - RANGE.from));
    if (await isFree(port)) ports.add(port);
  }
  return [...ports];
}

function isFree(port) {
  const probe = createServer();
  return new Promise((resolve) => {
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/** Whether somebody accepts connections there. */
export function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true) ?? socket.destroy());
    socket.once('error', () => resolve(false));
  });
}
