import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const SSL_REQUEST = 80_877_103;

/** What is said to whoever comes. */
const REFUSALS = {
  starting: 'SFATAL\0VFATAL\0C57P03\0Mthe database system is starting up\0\0',
  /** As PgBouncer says it. */
  pooler: 'SFATAL\0VFATAL\0C08P01\0Munsupported startup parameter: statement_timeout\0\0',
};

/** How a line treats who speaks over it. */
type Mood =
  /** As if it were not there. */
  | 'open'
  /** Nothing arrives any more, in either direction, and nobody is told; whoever comes is let in and never answered. */
  | 'silent'
  /** Whoever comes is told that the server is starting, or that a pooler takes no options. */
  | keyof typeof REFUSALS;

/** A line to a database that can be cut, fall silent, or lead to a server that starts: what networks and servers do. */
export class Line {
  private readonly sockets = new Set<Socket>();
  private readonly target: URL;
  private server: Server | undefined;
  private port = 0;
  private mood: Mood = 'open';
  /** Connections that fell silent stay so, even when the line is well again. */
  private deaf = new WeakSet<Socket>();

  constructor(target: string | URL) {
    this.target = new URL(target);
  }

  /**
   * Well, for whoever comes from now on.
   *
   * @returns the connection string to use instead
   */
  async open(): Promise<string> {
    this.mood = 'open';
    this.server ??= await this.listen();
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String(this.port);
    return url.toString();
  }

  /** Ends every connection and takes no new ones. */
  async cut(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    const closed = new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
    this.sockets.forEach((socket) => socket.destroy());
    await closed;
  }

  /** @param newOnes whether whoever comes from now on is treated as if nothing had happened */
  fallSilent(newOnes: 'silent' | 'open' = 'silent'): void {
    this.sockets.forEach((socket) => this.deaf.add(socket));
    this.mood = newOnes;
  }

  /** Ends every connection; whoever comes is refused with these words. */
  refuse(mood: keyof typeof REFUSALS): void {
    this.sockets.forEach((socket) => socket.destroy());
    this.mood = mood;
  }

  private async listen(): Promise<Server> {
    const server = createServer((near) => this.join(near));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    return server;
  }

  private join(near: Socket): void {
    if (this.mood === 'starting' || this.mood === 'pooler') return refuse(near, REFUSALS[this.mood]);
    const far = connect(Number(this.target.port || 5432), this.target.hostname);
    if (this.mood === 'silent') [near, far].forEach((socket) => this.deaf.add(socket));
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.sockets.add(socket);
      socket
        .on('error', () => other.destroy())
        .on('close', () => {
          this.sockets.delete(socket);
          // A line that fell silent tells nobody of an end either.
          if (!this.deaf.has(socket)) other.destroy();
        })
        .on('data', (bytes) => {
          if (!this.deaf.has(socket)) other.write(bytes);
        });
    }
  }
}

function refuse(client: Socket, text: string): void {
  client
    .on('error', () => undefined)
    .on('data', (bytes) => {
      if (bytes.length === 8 && bytes.readInt32BE(4) === SSL_REQUEST) return client.write('N');
      const head = Buffer.from('E\0\0\0\0', 'latin1');
      head.writeInt32BE(4 + text.length, 1);
      return client.end(Buffer.concat([head, Buffer.from(text, 'latin1')]));
    });
}
