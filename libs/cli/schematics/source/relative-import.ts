import { posix } from 'node:path';

/** How one file of the application imports another: `./tasks/greet.handler`. */
export function relativeImport(fromFile: string, toFile: string, suffix: string): string {
  const path = posix.relative(posix.dirname(fromFile), toFile.replace(/\.ts$/, ''));
  return `${path.startsWith('.') ? '' : './'}${path}${suffix}`;
}
