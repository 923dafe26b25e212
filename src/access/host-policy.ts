import { HttpException, type CanActivate, type ExecutionContext, type OnModuleInit, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { firstValueFrom, isObservable } from 'rxjs';
import { forbidden, unauthenticated } from './access-errors';
import type { PolicyProvider } from './access-option';
import type { AccessPolicy, Principal } from './access-policy';

/** Decides on a single task. @public */
export type TaskAdmission = NonNullable<AccessPolicy['admitsTask']>;

/** How the host's own authentication is plugged in. @public */
export interface HostPolicyOptions<Request> {
  /**
   * The guard that authenticates, such as `AuthGuard('jwt')` of @nestjs/passport: a provider of any module, or a class
   * Nest can build. Leave it out when a global guard or a middleware has run already.
   */
  readonly guard?: Type<CanActivate>;
  /** Who calls, from what the host has left on the request; null: nobody. */
  readonly principal: (request: Request) => Principal | null | Promise<Principal | null>;
  /** Which single tasks are there for a caller; see `AccessPolicy.admitsTask`. Default: all of its namespaces. */
  readonly admitsTask?: TaskAdmission;
}

/**
 * A policy that asks the host: its guard, its session, its user.
 *
 * @returns for the `access` option of Tasker's modules
 * @public
 */
export function hostPolicy<Request>(options: HostPolicyOptions<Request>): PolicyProvider {
  return { inject: [ModuleRef], useFactory: (modules: ModuleRef) => new HostPolicy(options, modules) };
}

/** @internal */
export class HostPolicy<Request> implements AccessPolicy, OnModuleInit {
  readonly admitsTask?: TaskAdmission;
  private guard: CanActivate | undefined;

  constructor(
    private readonly options: HostPolicyOptions<Request>,
    private readonly modules: ModuleRef,
  ) {
    if (options.admitsTask) this.admitsTask = options.admitsTask;
  }

  /** All providers of the host exist by now, so its guard is found with its dependencies; a missing one stops the boot. */
  async onModuleInit(): Promise<void> {
    const { guard } = this.options;
    if (!guard) return;
    this.guard = this.provided(guard) ?? (await this.modules.create(guard));
  }

  async authenticate(request: unknown, context: ExecutionContext): Promise<Principal | null> {
    if (this.guard && !(await this.admits(this.guard, context))) return null;
    return this.options.principal(request as Request);
  }

  private provided(guard: Type<CanActivate>): CanActivate | undefined {
    try {
      return this.modules.get<CanActivate>(guard, { strict: false });
    } catch {
      return undefined;
    }
  }

  /** What a guard of Nest says by 401 or 403 is said in Tasker's own words; anything else is not for us to judge. */
  private async admits(guard: CanActivate, context: ExecutionContext): Promise<boolean> {
    try {
      const answer = await guard.canActivate(context);
      return isObservable(answer) ? await firstValueFrom(answer) : answer;
    } catch (error) {
      const status = error instanceof HttpException ? error.getStatus() : undefined;
      if (status === 401) throw unauthenticated(error);
      if (status === 403) throw forbidden('The application refuses this caller.', {}, error);
      throw error;
    }
  }
}
