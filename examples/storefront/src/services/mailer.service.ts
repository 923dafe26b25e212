import { Injectable } from '@nestjs/common';
import { Pace } from './pace';

/** Sends mail; here it only pretends. */
@Injectable()
export class Mailer {
  constructor(private readonly pace: Pace) {}

  /** @returns id of the message; the same for the same key, so a repeat sends nothing twice */
  async send(_to: string, _text: string, key: string, signal: AbortSignal): Promise<string> {
    await this.pace.take(80, signal);
    return `msg_${key.replaceAll(/\W/g, '_')}`;
  }
}
