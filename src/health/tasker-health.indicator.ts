import { Injectable } from '@nestjs/common';
import { HealthIndicatorService, type HealthIndicatorResult } from '@nestjs/terminus';
import { ReadinessProbe, type Readiness, type ReadinessCheck } from './readiness';

/** Everything `ready` looks at, for hosts with a health controller of their own. @public */
@Injectable()
export class TaskerHealthIndicator {
  constructor(
    private readonly indicators: HealthIndicatorService,
    private readonly probe: ReadinessProbe,
  ) {}

  /**
   * Everything `ready` looks at, as one indicator of Terminus. Answers within `readyTimeoutMs`; never throws.
   *
   * @example
   * ```ts
   * health.check([() => indicator.isHealthy()]); // health: HealthCheckService
   * ```
   */
  async isHealthy<const K extends string = 'tasker'>(key: K = 'tasker' as K): Promise<HealthIndicatorResult<K>> {
    const found = await this.probe.check();
    const session = this.indicators.check<string>(key);
    const isDown = Object.values(found as unknown as Record<string, ReadinessCheck>).some(({ up }) => !up);
    const data = { checks: found };
    return isDown ? session.down(data) : session.up(data);
  }

  /** The same, one indicator per check: what the module's own `ready` is made of. @internal */
  async each(): Promise<HealthIndicatorResult> {
    const found: Readiness = await this.probe.check();
    return Object.assign(
      {},
      ...Object.entries(found as unknown as Record<string, ReadinessCheck>).map(
        ([name, { up, reason, ...details }]) => {
          const data = { ...details, ...(reason === undefined ? {} : { reason }) };
          const session = this.indicators.check(name);
          return up ? session.up(data) : session.down(data);
        },
      ),
    ) as HealthIndicatorResult;
  }
}
