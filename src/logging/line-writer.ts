import { Logger } from '@nestjs/common';
import type { DataMask } from '@tasker/core';
import { escapeControls } from './escape-controls';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';

/** Data of a line beside its text. @internal */
export type LogFields = Record<string, unknown>;
/** @internal How much a line matters. */
export type LineLevel = 'debug' | 'info' | 'warn' | 'error';
/** @internal What of the resolved `logging` section is about lines. */
export type LoggingSettings = Pick<ResolvedTaskerOptions['logging'], 'level' | 'format'>;

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/** Writes lines with fields to whatever logger the host has given Nest. @internal */
export class LineWriter {
  private readonly logger: Logger;
  private readonly least: number;

  constructor(
    context: string,
    private readonly settings: LoggingSettings,
    private readonly mask?: DataMask,
  ) {
    this.logger = new Logger(context);
    this.least = LEVELS.indexOf(settings.level);
  }

  /** Whatever is written passes here, so that nobody outside can end a line, begin another or steer a terminal. */
  write(level: LineLevel, said: string, given: LogFields): void {
    if (LEVELS.indexOf(level) < this.least) return;
    const message = escapeControls(said);
    const fields = this.mask ? this.mask.of(given) : given;
    const method = level === 'info' ? 'log' : level;
    if (this.settings.format === 'pino') return this.logger[method](fields, message);
    const { error } = fields;
    if (level !== 'error' || !(error instanceof Error)) return this.logger[method](withFields(message, fields));
    // Nest's loggers take the stack of an error apart from the text and print it below.
    this.logger.error(withFields(message, { ...fields, error: error.message }), stackOf(error));
  }
}

/** The message of an error stands in its stack, too, and there line breaks are ours. */
function stackOf({ message, stack }: Error): string | undefined {
  return stack
    ?.replace(message, () => escapeControls(message))
    .split('\n')
    .map(escapeControls)
    .join('\n');
}

/** `message key=value key="two words"` */
function withFields(message: string, fields: LogFields): string {
  const pairs = Object.entries(fields).map(([key, value]) => `${key}=${shown(value)}`);
  return [message, ...pairs].join(' ');
}

function shown(value: unknown): string {
  if (value instanceof Error) return escapeControls(JSON.stringify(value.message));
  if (typeof value === 'string' && /^[\w.:@/-]+$/.test(value)) return value;
  try {
    return escapeControls(JSON.stringify(value) ?? String(value));
  } catch {
    return '"[not JSON]"';
  }
}
