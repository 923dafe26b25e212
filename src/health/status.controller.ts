import { Controller, Get, Header, UseGuards } from '@nestjs/common';
import { AccessGuard } from '../access/access.guard';
import { RequirePermission } from '../access/require-permission.decorator';
import { NO_CACHE } from './probes.controller';
import { StatusReport, type TaskerStatus } from './status-report';

/** @internal The detailed status, for those who may see it. */
@Controller()
@UseGuards(AccessGuard)
export class StatusController {
  constructor(private readonly report: StatusReport) {}

  @Get('status')
  @Header(...NO_CACHE)
  @RequirePermission('tasker.health_status:index')
  status(): Promise<TaskerStatus> {
    return this.report.status();
  }
}
