import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A line to a server on this machine that can be cut, go silent, and lead elsewhere. */
export class TcpProxy {
  private readonly sockets = new Set<Socket>();
  private readonly server: Server;
  private isCut = false;
  private isSilent = false;

  constructor(private target: number) {
    this.server = createServer((near) => this.join(near));
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  open(): Promise<void> {
    return new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  /** Ends every connection; new ones are ended at once. */
  cut(): void {
    this.isCut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  /** Nothing comes through any more, in either direction, and nobody is told: connections stand, new ones as well. */
  silence(): void {
    this.isSilent = true;
    for (const socket of this.sockets) socket.pause();
  }

  /** Lets everything through again; connections that stood while it was silent get no more: they are ended. */
  mend(target = this.target): void {
    this.target = target;
    if (this.isSilent) for (const socket of this.sockets) socket.destroy();
    this.isCut = this.isSilent = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(near: Socket): void {
    if (this.isCut) return void near.destroy();
    this.keep(near);
    if (this.isSilent) return void near.pause();
    const far = connect(this.target, '127.0.0.1');
    this.keep(far);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      socket.setNoDelay(true).on('close', () => other.destroy());
      socket.pipe(other);
    }
  }

  private keep(socket: Socket): void {
    this.sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => this.sockets.delete(socket));
  }
}
