import type { TestingModuleBuilder } from '@nestjs/testing';

/**
 * A logger for one application that keeps its lines: level, arguments, context.
 *
 * @param mixin what it adds at the end of each line, as loggers do that read an AsyncLocalStorage
 */
export function capturing(mixin?: () => unknown): {
  lines: unknown[][];
  prepare: (builder: TestingModuleBuilder) => TestingModuleBuilder;
} {
  const lines: unknown[][] = [];
  const capture =
    (level: string) =>
    (...line: unknown[]): void =>
      void lines.push([level, ...line, ...(mixin ? [mixin()] : [])]);
  const logger = { log: capture('log'), warn: capture('warn'), error: capture('error'), debug: capture('debug') };
  return { lines, prepare: (builder) => builder.setLogger(logger) };
}
