import { Controller, Get, Header, UseFilters, UseGuards, UseInterceptors, VERSION_NEUTRAL } from '@nestjs/common';
import { AccessGuard } from '../access/access.guard';
import { RequirePermission } from '../access/require-permission.decorator';
import { OwnAnswer } from '../surface/own-answer.interceptor';
import { OwnErrors } from '../surface/own-errors.filter';
import { NO_CACHE } from './probes.controller';
import { StatusReport, type TaskerStatus } from './status-report';

/** @internal The detailed status, for those who may see it. */
@Controller({ version: VERSION_NEUTRAL })
@UseGuards(AccessGuard)
@UseInterceptors(OwnAnswer)
@UseFilters(OwnErrors)
export class StatusController {
  constructor(private readonly report: StatusReport) {}

  @Get('status')
  @Header(...NO_CACHE)
  @RequirePermission('tasker.health_status:index')
  status(): Promise<TaskerStatus> {
    return this.report.status();
  }
}
