import { generateKeyPairSync, type JsonWebKey, type KeyObject } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A pair of keys with its id. */
export interface IssuerKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export function rsaKey(kid: string): IssuerKey {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
}

export function ecKey(kid: string, namedCurve: 'P-256' | 'P-384' | 'P-521'): IssuerKey {
  return { kid, ...generateKeyPairSync('ec', { namedCurve }) };
}

/** Publishes keys over HTTP as an identity provider does, and counts who asks. */
export class TokenIssuer {
  asked = 0;
  /** What it publishes now. */
  published: JsonWebKey[] = [];
  /** Status of its answers. */
  status = 200;
  private server: Server | undefined;

  publish(...keys: IssuerKey[]): void {
    this.published = keys.map(({ kid, publicKey }) => ({ ...publicKey.export({ format: 'jwk' }), kid, use: 'sig' }));
  }

  /** @returns the address of the keys */
  async listen(port = 0): Promise<string> {
    const server = createServer((_request, response) => {
      this.asked += 1;
      response.writeHead(this.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ keys: this.published }));
    });
    this.server = server;
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
  }

  async close(): Promise<void> {
    this.server?.closeAllConnections();
    await new Promise((resolve) => this.server?.close(resolve));
  }
}
