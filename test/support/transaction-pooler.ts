import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const READY_FOR_QUERY = 'Z'.charCodeAt(0);
const IDLE = 'I'.charCodeAt(0);

/**
 * The smallest pooler in transaction mode: every client has two server sessions and moves to the other one after each
 * transaction, so nothing that belongs to a session (prepared statements, LISTEN, session locks) works through it.
 * Trusts like the test server does: no passwords, no TLS.
 */
export class TransactionPooler {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private readonly target: URL;

  constructor(url: string) {
    this.target = new URL(url);
    this.server = createServer((client) => this.serve(client));
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.toString();
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(client: Socket): void {
    const sessions = [0, 1].map(() => createConnection(Number(this.target.port || 5432), this.target.hostname));
    const all = [client, ...sessions];
    const end = (): void => all.forEach((socket) => socket.destroy());
    for (const socket of all) {
      this.sockets.add(socket);
      socket.setNoDelay(true).on('error', end).on('close', end);
    }
    let current = 0;
    let started = 0;
    client.on('data', (bytes) => {
      // The start-up message opens both sessions; what follows goes to the one whose turn it is.
      const to = started === 0 ? sessions : sessions.slice(current, current + 1);
      for (const session of to) session.write(bytes);
    });
    sessions.forEach((session, index) => {
      let greeted = false;
      onMessages(session, (bytes, idle) => {
        if (!greeted) {
          greeted = idle;
          if (index === 0) client.write(bytes);
          if (greeted) started++;
          return;
        }
        client.write(bytes);
        if (idle && index === current) current = 1 - current;
      });
    });
  }
}

/** Hands on whole messages, with whether they say that the session is idle, outside of a transaction. */
function onMessages(session: Socket, each: (bytes: Buffer, idle: boolean) => void): void {
  let rest = Buffer.alloc(0);
  session.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes]);
    while (rest.length >= 5 && rest.length >= rest.readUInt32BE(1) + 1) {
      const length = rest.readUInt32BE(1) + 1;
      const message = rest.subarray(0, length);
      rest = rest.subarray(length);
      each(message, message[0] === READY_FOR_QUERY && message[5] === IDLE);
    }
  });
}
