import type { DataMask, EngineLog } from '@tasker/core';
import { LineWriter, type LogFields, type LoggingSettings } from './line-writer';

/** The engine's lines, on Nest's logger. @internal */
export class NestEngineLog implements EngineLog {
  private readonly lines: LineWriter;

  constructor(settings: LoggingSettings, mask?: DataMask) {
    this.lines = new LineWriter('Tasker', settings, mask);
  }

  debug(message: string, fields: LogFields = {}): void {
    this.lines.write('debug', message, fields);
  }

  info(message: string, fields: LogFields = {}): void {
    this.lines.write('info', message, fields);
  }

  warn(message: string, fields: LogFields = {}): void {
    this.lines.write('warn', message, fields);
  }

  error(message: string, fields: LogFields = {}): void {
    this.lines.write('error', message, fields);
  }
}
