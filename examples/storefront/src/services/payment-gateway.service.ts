import { Injectable } from '@nestjs/common';
import { Pace } from './pace';

/** A request to take money. */
export interface ChargeRequest {
  readonly token: string;
  readonly amountCents: number;
  readonly currency: string;
  /** A second request with the same key returns the first one's charge. */
  readonly idempotencyKey: string;
}

/** Money taken. */
export interface Charge {
  readonly chargeId: string;
  readonly amountCents: number;
  readonly currency: string;
}

/** An answer of the gateway other than success. */
export class GatewayError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

const LATENCY_MS = 140;
/** Longer than the step's timeout_ms: only the abort signal ends it. */
const HANGS_MS = 60_000;

/** A payment provider with test tokens; the prefix of the token decides what happens. */
@Injectable()
export class PaymentGateway {
  private readonly charges = new Map<string, Charge>();
  private readonly requests = new Map<string, number>();

  constructor(private readonly pace: Pace) {}

  /** @throws {GatewayError} with the status the provider would answer with */
  async charge(request: ChargeRequest, signal: AbortSignal): Promise<Charge> {
    const known = this.charges.get(request.idempotencyKey);
    if (known) return known;
    const nth = (this.requests.get(request.idempotencyKey) ?? 0) + 1;
    this.requests.set(request.idempotencyKey, nth);
    await this.pace.take(LATENCY_MS, signal);
    await this.misbehave(request.token, nth, signal);
    const { amountCents, currency, idempotencyKey } = request;
    const charge = { chargeId: `ch_${idempotencyKey.replaceAll(/\W/g, '_')}`, amountCents, currency };
    this.charges.set(idempotencyKey, charge);
    return charge;
  }

  private async misbehave(token: string, nth: number, signal: AbortSignal): Promise<void> {
    if (token.startsWith('test_insufficient_'))
      throw new GatewayError(402, 'insufficient_funds', 'The card was declined.');
    if (token.startsWith('test_invalid_')) throw new GatewayError(422, 'invalid_token', 'The token is unknown.');
    if (token.startsWith('test_rate_limit_') && nth === 1) {
      throw new GatewayError(429, 'rate_limited', 'Too many requests.', 400);
    }
    if (token.startsWith('test_temp_fail_') && nth <= 2) throw new GatewayError(503, 'unavailable', 'Try again later.');
    if (token.startsWith('test_timeout_') && nth === 1) await this.pace.take(HANGS_MS, signal);
  }
}
