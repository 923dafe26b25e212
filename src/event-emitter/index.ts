export { TaskerEventEmitterModule } from './event-emitter.module';
