import { Module, type DynamicModule, type MiddlewareConsumer, type NestModule } from '@nestjs/common';
import { correlationMiddleware } from '@tasker/nestjs';
import { LoggerModule } from 'nestjs-pino';
import { logSettings, type LoggingOptions } from './log-settings';

/**
 * Structured logs with pino. Create the application with `bufferLogs: true`, then `app.useLogger(app.get(Logger))` with
 * the logger of nestjs-pino; Tasker's own lines come with their fields when its `logging.format` is `pino`.
 */
@Module({})
export class LoggingModule implements NestModule {
  static register(options: LoggingOptions = {}): DynamicModule {
    return { module: LoggingModule, imports: [LoggerModule.forRoot(logSettings(options))] };
  }

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(correlationMiddleware).forRoutes('{*path}');
  }
}
