import type { Prettier } from './host-module';

/** A file a schematic wrote: its text now, and before when it was there. */
export interface WrittenFile {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
}

/**
 * The text as the application's own formatter writes it, so that its linter has nothing to mend. A file that was there
 * and that the application does not format stays as its owner wrote it.
 */
export async function formatted(prettier: Prettier, { path, before, after }: WrittenFile): Promise<string> {
  const options = { ...(await prettier.resolveConfig(path)), filepath: path };
  if (before !== undefined && (await prettier.format(before, options)) !== before) return after;
  return prettier.format(after, options);
}
