import { createRequire } from 'node:module';
import { join } from 'node:path';
import type prettier from 'prettier';
import type typescript from 'typescript';

/** The compiler's interface, as far as the types go. */
export type TypeScript = typeof typescript;

/** The formatter's likewise. */
export type Prettier = typeof prettier;

/** The compiler of the application a schematic runs in; undefined when there is none. */
export const hostTypeScript = (): TypeScript | undefined => hostModule<TypeScript>('typescript', 'createSourceFile');

/** Its formatter; undefined when there is none. */
export const hostPrettier = (): Prettier | undefined => hostModule<Prettier>('prettier', 'resolveConfig');

/**
 * Resolved from the application, because this package must not bring one of its own, and package managers that do not
 * hoist hide everybody else's.
 */
function hostModule<T>(name: string, member: keyof T & string): T | undefined {
  try {
    const found: unknown = createRequire(join(process.cwd(), 'package.json'))(name);
    return typeof found === 'object' && found !== null && member in found ? (found as T) : undefined;
  } catch {
    return undefined;
  }
}
