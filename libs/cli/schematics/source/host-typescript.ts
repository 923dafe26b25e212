import { createRequire } from 'node:module';
import { join } from 'node:path';
import type typescript from 'typescript';

/** The compiler's interface, as far as the types go. */
export type TypeScript = typeof typescript;

/**
 * The compiler of the application a schematic runs in. Resolved from there, because this package must not bring one of
 * its own, and package managers that do not hoist hide everybody else's.
 *
 * @returns undefined when there is none
 */
export function hostTypeScript(): TypeScript | undefined {
  try {
    const found: unknown = createRequire(join(process.cwd(), 'package.json'))('typescript');
    return isCompiler(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

const isCompiler = (found: unknown): found is TypeScript =>
  typeof found === 'object' && found !== null && 'createSourceFile' in found;
