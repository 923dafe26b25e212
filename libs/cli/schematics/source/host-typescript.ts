import { createRequire } from 'node:module';
import { join } from 'node:path';

/** The compiler's interface, as far as the types go. */
export type TypeScript = typeof import('typescript');

/**
 * The compiler of the application a schematic runs in. Resolved from there, because this package must not bring one of
 * its own, and package managers that do not hoist hide everybody else's.
 *
 * @returns undefined when there is none
 */
export function hostTypeScript(): TypeScript | undefined {
  try {
    const found = createRequire(join(process.cwd(), 'package.json'))('typescript') as Partial<TypeScript>;
    return typeof found.createSourceFile === 'function' ? (found as TypeScript) : undefined;
  } catch {
    return undefined;
  }
}
