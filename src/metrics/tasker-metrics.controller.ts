import {
  Controller,
  Get,
  Header,
  Inject,
  Res,
  UseFilters,
  UseGuards,
  UseInterceptors,
  VERSION_NEUTRAL,
} from '@nestjs/common';
import { AccessGuard } from '../access/access.guard';
import { RequirePermission } from '../access/require-permission.decorator';
import { OwnAnswer } from '../surface/own-answer.interceptor';
import { OwnErrors } from '../surface/own-errors.filter';
import { METRICS_OPTIONS, type ResolvedMetricsOptions } from './tasker-metrics-options';

/** What Express and Fastify have in common here. */
interface PlatformResponse {
  header(name: string, value: string): unknown;
}

/** The metrics in the text format of Prometheus. @internal */
@Controller({ version: VERSION_NEUTRAL })
@UseGuards(AccessGuard)
@UseInterceptors(OwnAnswer)
@UseFilters(OwnErrors)
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
