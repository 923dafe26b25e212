import { Module } from '@nestjs/common';
import { TaskerEventEmitterBridge } from './event-emitter.bridge';

/**
 * Import it beside `EventEmitterModule.forRoot()` and `TaskerModule.forRoot()`: every event is emitted as
 * `tasker.<name>` after the transaction that made it true, events of the application as `tasker.custom` and as
 * `tasker.custom.<event>`.
 *
 * @public
 */
@Module({ providers: [TaskerEventEmitterBridge] })
export class TaskerEventEmitterModule {}
