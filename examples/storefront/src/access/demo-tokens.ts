import { createHmac, randomBytes } from 'node:crypto';

const HOUR_S = 3_600;
const VALID_S = 12 * HOUR_S;

/** What each role of the demo may do; wildcards stand for whole resources or one action of all. */
export const DEMO_ROLES = {
  operator: ['*'],
  viewer: ['tasker.*:index', 'tasker.*:show'],
} as const;

/** Tokens for whoever tries the demo. An application has an identity provider for this. */
export class DemoTokens {
  /** Also in the hands of `StaffStrategy`, which checks the tokens. New with every process unless it is given. */
  readonly secret: string;

  constructor(secret = randomBytes(32).toString('base64url')) {
    this.secret = secret;
  }

  /** A token for twelve hours. */
  issue(subject: string, role: keyof typeof DEMO_ROLES): string {
    const now = Math.floor(Date.now() / 1_000);
    const signed = [
      { alg: 'HS256', typ: 'JWT' },
      { sub: subject, roles: [role], iat: now, exp: now + VALID_S },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${signed}.${createHmac('sha256', this.secret).update(signed).digest('base64url')}`;
  }
}
