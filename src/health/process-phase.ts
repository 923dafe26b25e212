import { Injectable, type OnModuleDestroy } from '@nestjs/common';

/** Whether this process has begun to stop: from then on it should get no new work, though it still answers. @internal */
@Injectable()
export class ProcessPhase implements OnModuleDestroy {
  private stopping = false;

  get isStopping(): boolean {
    return this.stopping;
  }

  /** The first phase of Nest's shutdown; the HTTP server listens until the drain is over. */
  onModuleDestroy(): void {
    this.stopping = true;
  }
}
