import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

const SSL_REQUEST = 80_877_103;

/** Speaks just enough of the protocol to ask for a password; then it refuses. */
export class PasswordServer {
  readonly heard: string[] = [];
  private readonly server: Server = createServer((client) => this.ask(client));

  /** @returns its port */
  async start(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.server.close(resolve));
  }

  private ask(client: Socket): void {
    client
      .on('error', () => undefined)
      .on('data', (bytes) => {
        if (bytes.length === 8 && bytes.readInt32BE(4) === SSL_REQUEST) return client.write('N');
        // AuthenticationCleartextPassword
        if (bytes[0] !== 'p'.charCodeAt(0)) return client.write(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]));
        this.heard.push(bytes.subarray(5, -1).toString());
        const text = 'SFATAL\0VFATAL\0C28P01\0Mno\0\0';
        const head = Buffer.from([0x45, 0, 0, 0, 4 + text.length]);
        return client.end(Buffer.concat([head, Buffer.from(text)]));
      });
  }
}
