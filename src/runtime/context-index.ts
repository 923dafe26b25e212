import { Inject, Injectable } from '@nestjs/common';
import { errorText, type EngineLog } from '@tasker/core';
import { contextIndexStanding, createContextIndex, TaskerDatabase, type DatabaseAddress } from '@tasker/postgres';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_LOG, TASKER_OPTIONS } from '../tasker.constants';

/**
 * Sees to the index over contexts that the options ask for, beside the running application: on a large table it takes
 * minutes, and nothing but a search needs it. A failure is a line in the log.
 *
 * @internal
 */
@Injectable()
export class ContextIndex {
  private readonly stopped = new AbortController();
  private work: Promise<void> = Promise.resolve();

  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedTaskerOptions,
    @Inject(TASKER_LOG) private readonly log: EngineLog,
    private readonly handle: TaskerDatabase,
  ) {}

  /** Returns at once. */
  start(): void {
    const { search, database } = this.options;
    if (!search.contextIndex) return;
    this.work = (database.migrations === 'auto' ? this.create() : this.look()).catch((error: unknown) => {
      if (this.stopped.signal.aborted) return;
      this.log.warn('the index over contexts could not be made', { error: errorText(error) });
    });
  }

  /** Lets go of a build, which the server ends by itself. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.work;
  }

  private async create(): Promise<void> {
    if (await createContextIndex({ ...this.address, signal: this.stopped.signal })) {
      this.log.info('the index over contexts was made');
    }
  }

  /** Who does not migrate at boot has reasons to leave the schema alone. */
  private async look(): Promise<void> {
    const { state } = await contextIndexStanding(this.address);
    if (state !== 'ready')
      this.log.warn('the index over contexts is wanted: run tasker search-index create', { state });
  }

  private get address(): DatabaseAddress & { schema: string } {
    const { address, schema } = this.handle;
    return { ...address, schema };
  }
}
