import { Controller, Get, Header, UseFilters, UseInterceptors, VERSION_NEUTRAL } from '@nestjs/common';
import { HealthCheckService, type HealthCheckResult } from '@nestjs/terminus';
import { OwnAnswer } from '../surface/own-answer.interceptor';
import { OwnErrors } from '../surface/own-errors.filter';
import { TaskerHealthIndicator } from './tasker-health.indicator';

/** Whatever stands between the prober and the process must ask again each time. @internal */
export const NO_CACHE = ['Cache-Control', 'no-cache, no-store, must-revalidate'] as const;

/** What `live` answers. @public */
export interface Liveness {
  readonly status: 'ok';
  readonly alive: true;
  readonly service: 'tasker';
  readonly uptimeSeconds: number;
  readonly timestamp: string;
}

/** The two questions a scheduler of containers asks; open to everybody, and telling little. @internal */
@Controller({ version: VERSION_NEUTRAL })
@UseInterceptors(OwnAnswer)
@UseFilters(OwnErrors)
export class ProbesController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly tasker: TaskerHealthIndicator,
  ) {}

  /** Only that the process runs: a database that is down is no reason to restart it, and nor is its own shutdown. */
  @Get('live')
  @Header(...NO_CACHE)
  live(): Liveness {
    const uptimeSeconds = Math.round(process.uptime());
    return { status: 'ok', alive: true, service: 'tasker', uptimeSeconds, timestamp: new Date().toISOString() };
  }

  /** 503 when this process should get no work, with the reasons. */
  @Get('ready')
  @Header(...NO_CACHE)
  ready(): Promise<HealthCheckResult> {
    return this.health.check([() => this.tasker.each()]);
  }
}
