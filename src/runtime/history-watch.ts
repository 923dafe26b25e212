import { Inject, Injectable } from '@nestjs/common';
import type { EngineLog } from '@tasker/core';
import { historyRoom, TaskerDatabase } from '@tasker/postgres';
import { TASKER_LOG } from '../tasker.constants';

/**
 * Says at boot, once, what would otherwise be found out when the history is full: that the role of the application may not
 * make room for it.
 *
 * @internal
 */
@Injectable()
export class HistoryWatch {
  constructor(
    private readonly database: TaskerDatabase,
    @Inject(TASKER_LOG) private readonly log: EngineLog,
  ) {}

  async look(): Promise<void> {
    const { mayMake, until } = await historyRoom(this.database.session);
    if (mayMake) return;
    const reach = until === null ? 'There are none' : `There is room until ${until.toISOString()}`;
    this.log.warn(
      `This database role may not make partitions of the history. ${reach}: have "tasker migrate --partitions" run every week by a role that may.`,
      { until },
    );
  }
}
