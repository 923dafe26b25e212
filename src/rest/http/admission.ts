import type { ServerResponse } from 'node:http';
import { Inject, Injectable } from '@nestjs/common';
import { TaskerError } from '@tasker/core';
import { REST_LIMITS, type RestLimits } from '../rest-options';
import { Places } from './places';

type GiveBack = () => void;

/**
 * How many requests are served at once: all of them, those of one caller, and apart from both those that only wait for
 * the end of a task. What a request holds is given back once, when its response closes, however early that is.
 *
 * @internal
 */
@Injectable()
export class Admission {
  private inFlight = 0;
  private readonly shares: Places;
  private readonly waits: Places;
  private readonly held = new WeakMap<ServerResponse, Set<GiveBack>>();

  constructor(@Inject(REST_LIMITS) private readonly limits: RestLimits) {
    const { maxInFlight, maxInFlightPerCaller, maxWaits, maxWaitsPerCaller } = limits;
    this.shares = new Places('requests are being served', maxInFlight, maxInFlightPerCaller);
    this.waits = new Places('requests wait for the end of a task', maxWaits, maxWaitsPerCaller);
  }

  /** Before anybody knows who calls. @throws {TaskerError} TSK_SATURATED */
  arrive(response: ServerResponse): void {
    assertOpen(response);
    if (this.inFlight >= this.limits.maxInFlight) {
      throw new TaskerError('TSK_SATURATED', `${this.inFlight} requests are being served.`);
    }
    this.inFlight++;
    this.keep(response, () => this.inFlight--);
  }

  /** Once it is known who calls. @throws {TaskerError} TSK_SATURATED */
  serve(response: ServerResponse, caller: string): void {
    this.hold(response, this.shares, caller);
  }

  /** As `serve`, for a request that does nothing but wait: it takes no place of those that work. */
  wait(response: ServerResponse, caller: string): void {
    this.hold(response, this.waits, caller);
    // What it has held so far is the place it came in by.
    const [arrival] = this.held.get(response) ?? [];
    if (arrival) arrival();
  }

  private hold(response: ServerResponse, places: Places, caller: string): void {
    assertOpen(response);
    const holding = places.hold(caller);
    holding.take(1);
    this.keep(response, () => holding.giveBack());
  }

  private keep(response: ServerResponse, giveBack: GiveBack): void {
    const all = this.held.get(response) ?? new Set();
    this.held.set(response, all);
    const once = (): void => {
      if (all.delete(once)) giveBack();
    };
    all.add(once);
    response.once('close', once);
  }
}

/** "close" is told once: who comes after it would wait for it for ever. Nobody reads what is thrown. */
function assertOpen(response: ServerResponse): void {
  if (response.destroyed || response.closed) throw new Error('the caller is gone');
}
