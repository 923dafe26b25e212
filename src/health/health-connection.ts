import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { WatchConnection } from '@tasker/postgres';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_OPTIONS } from '../tasker.constants';
import { HEALTH_OPTIONS, type ResolvedHealthOptions } from './tasker-health-options';

/** The connection of the probes, closed with the application. @internal */
@Injectable()
export class HealthConnection extends WatchConnection implements OnApplicationShutdown {
  constructor(
    @Inject(TASKER_OPTIONS) { database }: ResolvedTaskerOptions,
    @Inject(HEALTH_OPTIONS) { readyTimeoutMs }: ResolvedHealthOptions,
  ) {
    const { url: connectionString, schema, pooler } = database;
    super({ connectionString, schema, pooler, answerWithinMs: readyTimeoutMs });
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}
