import type { TestingModuleBuilder } from '@nestjs/testing';

/** A logger for one application that keeps its lines: level, arguments, context. */
export function capturing(): { lines: unknown[][]; prepare: (builder: TestingModuleBuilder) => TestingModuleBuilder } {
  const lines: unknown[][] = [];
  const capture =
    (level: string) =>
    (...line: unknown[]): void =>
      void lines.push([level, ...line]);
  const logger = { log: capture('log'), warn: capture('warn'), error: capture('error'), debug: capture('debug') };
  return { lines, prepare: (builder) => builder.setLogger(logger) };
}
