import { Controller, Get, Header, Inject, Res, UseGuards } from '@nestjs/common';
import { AccessGuard } from '../access/access.guard';
import { RequirePermission } from '../access/require-permission.decorator';
import { METRICS_OPTIONS, type ResolvedMetricsOptions } from './tasker-metrics-options';

/** What Express and Fastify have in common here. */
interface PlatformResponse {
  header(name: string, value: string): unknown;
}

/** The metrics in the text format of Prometheus. @internal */
@Controller()
@UseGuards(AccessGuard)
export class TaskerMetricsController {
  constructor(@Inject(METRICS_OPTIONS) private readonly options: ResolvedMetricsOptions) {}

  @Get()
  @Header('Cache-Control', 'no-cache, no-store, must-revalidate')
  @RequirePermission('tasker.metrics:index')
  scrape(@Res({ passthrough: true }) response: PlatformResponse): Promise<string> {
    const { registry } = this.options;
    response.header('Content-Type', registry.contentType);
    return registry.metrics();
  }
}
