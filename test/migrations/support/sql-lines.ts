import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const ROOT = join(__dirname, '../../..');

/** A file with SQL in it, by its path from the root of the repository. */
export interface SqlFile {
  readonly path: string;
  readonly text: string;
}

/** Migrations and fixed statements; `schema.sql` is written by the server. */
export const sqlFiles = (): SqlFile[] =>
  files(['migrations', 'libs/postgres/sql'], (path) => path.endsWith('.sql') && path !== 'migrations/schema.sql');

/** Sources that write SQL in strings. */
export const sourcesWithSql = (): SqlFile[] =>
  files(['src', 'libs', 'test', 'bench'], (path) => /\.(ts|mjs)$/.test(path)).filter(({ text }) =>
    text.includes('tasker.'),
  );

/** Lines that match, each with its place, as a compiler writes it. */
export function linesWith(pattern: RegExp, { path, text }: SqlFile): string[] {
  return text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : []));
}

function files(folders: readonly string[], wanted: (path: string) => boolean): SqlFile[] {
  const found = folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true }).flatMap((entry) =>
      entry.isFile() ? [relative(ROOT, join(entry.parentPath, entry.name))] : [],
    ),
  );
  const ours = found.filter((path) => !/(^|\/)(dist|node_modules)\//.test(path) && wanted(path)).sort();
  return ours.map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}
