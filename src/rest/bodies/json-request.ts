import type { IncomingMessage } from 'node:http';
import { refusal, type ErrorBody } from '../http/error-body';
import { correlationIdOf } from '../http/correlation';

/** Thrown when a body cannot be read; says what to answer. @internal */
export class BodyRefused extends Error {
  constructor(
    readonly statusCode: number,
    message: string,
    private readonly hint: string,
  ) {
    super(message);
  }

  answer(request: object): ErrorBody {
    return refusal(this.statusCode, this.message, this.hint, correlationIdOf(request));
  }
}

/** @internal */
export const notJson = (why: string): BodyRefused =>
  new BodyRefused(400, `The body is not JSON: ${why}.`, 'Send one JSON value in UTF-8.');

/** @internal */
export const tooLarge = (limit: number): BodyRefused =>
  new BodyRefused(413, `The body is larger than ${limit} bytes.`, 'Send less at once, or raise limits.bodyBytes.');

/** @internal */
export const unsupported = (what: string): BodyRefused =>
  new BodyRefused(415, `${what} is not supported.`, 'Send application/json, in UTF-8 and not compressed.');

/**
 * Reads the JSON body of a request.
 *
 * @returns undefined when there is none
 * @throws {BodyRefused} as soon as that is known: the rest of a body that is too large is not read
 * @internal
 */
export async function readJsonRequest(request: IncomingMessage, limit: number): Promise<unknown> {
  const { headers } = request;
  if (!hasBody(request)) return undefined;
  if (Number(headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw unsupported(`The content encoding "${encoding}"`);
  const type = headers['content-type'] ?? '';
  if (!/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(type)) throw unsupported(`The content type "${type}"`);
  const bytes = await readAll(request, limit);
  return bytes.length === 0 ? undefined : parse(bytes);
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

async function readAll(request: IncomingMessage, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size <= limit) return void chunks.push(chunk);
      request.off('data', onData).pause();
      reject(tooLarge(limit));
    };
    request
      .on('data', onData)
      .once('end', () => resolve(Buffer.concat(chunks)))
      .once('error', reject);
  });
}

function parse(bytes: Buffer): unknown {
  try {
    // Not Buffer's own decoder, which puts another character in place of what is no UTF-8.
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (error) {
    throw notJson((error as Error).message);
  }
}
