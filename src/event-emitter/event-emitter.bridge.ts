import { Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { EVENT_NAMES, EventBus } from '@tasker/core';

/** Repeats Tasker's events on the host's EventEmitter2, as `tasker.<name>`. @internal */
@Injectable()
export class TaskerEventEmitterBridge implements OnModuleInit, OnModuleDestroy {
  private unsubscribe: (() => void)[] = [];

  constructor(
    private readonly events: EventBus,
    private readonly emitter: EventEmitter2,
  ) {}

  onModuleInit(): void {
    this.unsubscribe = EVENT_NAMES.map((name) =>
      this.events.on(name, async (payload) => {
        await this.emitter.emitAsync(`tasker.${name}`, payload);
        // By its own name as well, so that one can listen to `tasker.custom.order.shipped` alone.
        if (name === 'custom' && 'event' in payload)
          await this.emitter.emitAsync(`tasker.custom.${payload.event}`, payload);
      }),
    );
  }

  onModuleDestroy(): void {
    this.unsubscribe.forEach((unsubscribe) => unsubscribe());
  }
}
