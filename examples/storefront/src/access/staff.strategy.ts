import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { DemoTokens } from './demo-tokens';

/** Whoever works in the shop, as Passport leaves it on the request. */
export interface Staff {
  readonly name: string;
  readonly roles: readonly string[];
}

/** The shop's own login, which knows nothing of Tasker: `AuthGuard('jwt')` asks it, in front of either. */
@Injectable()
export class StaffStrategy extends PassportStrategy(Strategy, 'jwt') {
  constructor({ secret }: DemoTokens) {
    super({
      jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
      secretOrKey: secret,
      algorithms: ['HS256'],
    });
  }

  /** The signature is right by now. */
  validate({ sub, roles }: { sub: string; roles: string[] }): Staff {
    return { name: sub, roles };
  }
}
