import { Inject, Injectable } from '@nestjs/common';
import { TaskerDatabase, WatchStore } from '@tasker/postgres';
import { HEALTH_OPTIONS, type ResolvedHealthOptions } from './tasker-health-options';

/** What the probes ask of the database. @internal */
@Injectable()
export class HealthWatch extends WatchStore {
  constructor(database: TaskerDatabase, @Inject(HEALTH_OPTIONS) { readyTimeoutMs }: ResolvedHealthOptions) {
    super(database, readyTimeoutMs);
  }
}
