import { Module, type DynamicModule } from '@nestjs/common';
import { ModulesContainer, RouterModule } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { accessProviders } from '../access/access-option';
import { registeredOnce } from '../runtime/registered-once';
import { withHostDecorators } from '../surface/host-decorators';
import { HealthWatch } from './health-watch';
import { ProbesController } from './probes.controller';
import { ProcessPhase } from './process-phase';
import { ReadinessProbe } from './readiness';
import { StatusReport } from './status-report';
import { StatusController } from './status.controller';
import { HEALTH_OPTIONS, resolveHealthOptions, type TaskerHealthOptions } from './tasker-health-options';
import { TaskerHealthIndicator } from './tasker-health.indicator';

/**
 * Probes for those who run the application: `live`, `ready` and, when it is asked for, `status`. Register it once, beside
 * `TaskerModule.forRoot`. The first two are open to everybody.
 *
 * @public
 */
@Module({})
export class TaskerHealthModule {
  /** @throws {TaskerError} TSK_BOOT_INVALID when the application registers it twice */
  constructor(modules: ModulesContainer) {
    registeredOnce(modules, TaskerHealthModule);
  }

  /** @throws {TaskerError} TSK_OPTIONS_INVALID with every fault */
  static register(options: TaskerHealthOptions = {}): DynamicModule {
    const resolved = resolveHealthOptions(options);
    const { status, decorators } = options;
    return {
      module: TaskerHealthModule,
      // Terminus would log every probe that fails; the probe itself logs when the verdict changes.
      imports: [
        TerminusModule.forRoot({ logger: false }),
        RouterModule.register([{ path: resolved.path, module: TaskerHealthModule }]),
      ],
      controllers: withHostDecorators([ProbesController, ...(status ? [StatusController] : [])], decorators),
      providers: [
        { provide: HEALTH_OPTIONS, useValue: resolved },
        ...[ProcessPhase, HealthWatch, ReadinessProbe, TaskerHealthIndicator],
        ...(status ? [StatusReport, ...accessProviders(status.access)] : []),
      ],
      exports: [TaskerHealthIndicator],
    };
  }
}
