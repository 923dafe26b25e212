import { existsSync, readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Fault } from '@tasker/core';
import { globSync, isDynamicPattern } from 'tinyglobby';

/** A template file, read. @internal */
export interface TemplateFile {
  /** Relative to the working directory, for messages. */
  readonly path: string;
  readonly text: string;
}

/**
 * Files of paths and globs, sorted by path, each once. A pattern without a file is a fault: a directory that was left
 * out of the build would otherwise be noticed in production only.
 *
 * @internal
 */
export function readTemplateFiles(patterns: readonly string[], faults: Fault[]): TemplateFile[] {
  const paths = new Set<string>();
  for (const pattern of patterns) {
    const found = filesOf(pattern);
    if (found.length === 0) faults.push({ path: 'templates', message: `"${pattern}" is no file of ${process.cwd()}` });
    for (const path of found) paths.add(resolve(path));
  }
  return [...paths].sort().flatMap((path) => read(path, faults));
}

/** A path that exists is a path, whatever characters it has. */
function filesOf(pattern: string): string[] {
  if (existsSync(pattern)) return [pattern];
  return isDynamicPattern(pattern) ? globSync(pattern, { absolute: true }) : [];
}

function read(path: string, faults: Fault[]): TemplateFile[] {
  const shown = relative(process.cwd(), path);
  try {
    return [{ path: shown, text: readFileSync(path, 'utf8') }];
  } catch (error) {
    faults.push({ path: shown, message: `cannot be read: ${(error as Error).message}` });
    return [];
  }
}
