import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { parseJson, TaskerError, type Fault, systemClock } from '@tasker/core';
import { Places, type Holding } from '../http/places';
import { notJson, tooDeep, tooLarge, tooSlow, unsupported } from '../http/request-refused';
import { REST_LIMITS, type RestLimits } from '../rest-options';
import { releaseBody } from './held-body';
import { isNestedDeeper } from './json-depth';

/** What is needed to read the body of one request. @internal */
export interface BodyRequest {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Whose body it is. */
  readonly caller: string;
  /** Of this operation; the limit of all holds as well. */
  readonly maxBytes: number;
}

const JSON_TYPE = /^application\/([\w.+-]+\+)?json\s*(;|$)/i;

/**
 * Reads the bodies of callers that are known: so many bytes of one, of one caller and of all of them, in so much time, and
 * nested no deeper than may be walked.
 *
 * @internal
 */
@Injectable()
export class BodyReader {
  private readonly bytes: Places;

  constructor(@Inject(REST_LIMITS) private readonly limits: RestLimits) {
    const { bodyBytes, bodyBytesInFlight } = limits;
    const perCaller = Math.max(bodyBytes, Math.floor(bodyBytesInFlight / 4));
    this.bytes = new Places('bytes of bodies are being worked on', bodyBytesInFlight, perCaller);
  }

  /**
   * @returns undefined when there is none, or the host has read it
   * @throws {RequestRefused} as soon as that is known: the rest of a body that is too large is not read
   * @throws {TaskerError} TSK_SATURATED
   */
  async read({ request, response, caller, maxBytes }: BodyRequest): Promise<unknown> {
    if (!releaseBody(request)) return undefined;
    const { headers } = request;
    const { depth } = this.limits;
    const bodyBytes = Math.min(this.limits.bodyBytes, maxBytes);
    if (Number(headers['content-length'] ?? 0) > bodyBytes) throw tooLarge(bodyBytes);
    const encoding = headers['content-encoding'] ?? 'identity';
    if (encoding !== 'identity') throw unsupported(`The content encoding "${encoding}"`);
    assertJsonType(headers['content-type']);
    const holding = this.bytes.hold(caller);
    // What it was parsed into lives as long as the request.
    response.once('close', () => holding.giveBack());
    const body = await this.bytesOf(request, holding, bodyBytes);
    if (body.length === 0) return undefined;
    if (isNestedDeeper(body, depth)) throw tooDeep(depth);
    return parse(body);
  }

  private async bytesOf(request: IncomingMessage, holding: Holding, bodyBytes: number): Promise<Buffer> {
    const { bodyMs } = this.limits;
    const chunks: Buffer[] = [];
    let size = 0;
    return new Promise((resolve, reject) => {
      const stop = (error: Error): void => {
        timer.cancel();
        request.off('data', onData).pause();
        reject(error);
      };
      const onData = (chunk: Buffer): void => {
        size += chunk.length;
        try {
          if (size > bodyBytes) throw tooLarge(bodyBytes);
          holding.take(chunk.length);
          chunks.push(chunk);
        } catch (error) {
          stop(error as Error);
        }
      };
      const timer = systemClock.after(bodyMs, () => stop(tooSlow(bodyMs)));
      request
        .on('data', onData)
        .once('end', () => {
          timer.cancel();
          resolve(Buffer.concat(chunks));
        })
        .once('error', stop)
        .once('close', () => stop(new Error('the caller is gone')));
    });
  }
}

/** @throws {RequestRefused} @internal */
export function assertJsonType(type = ''): void {
  if (!JSON_TYPE.test(type)) throw unsupported(`The content type "${type}"`);
}

function parse(bytes: Buffer): unknown {
  const details: Fault[] = [];
  let body: unknown;
  try {
    // Not Buffer's own decoder, which puts another character in place of what is no UTF-8.
    body = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes), '', details);
  } catch (error) {
    throw notJson((error as Error).message);
  }
  if (details.length === 0) return body;
  throw new TaskerError('TSK_REQUEST_INVALID', 'The request is invalid.', { details });
}
