// Writes the SQL files of the published packages as JSON beside them: a bundler takes along what is required, not what is
// read. Part of the build; the files themselves are what runs outside of a bundle.
import { createRequire } from 'node:module';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const { readMigrations } = createRequire(import.meta.url)('../migrations');

/** All statements of a folder, by area and name. */
function statements(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.sql'));
  return Object.fromEntries(
    files
      .sort()
      .map((file) => [file.replaceAll('\\', '/').replace(/\.sql$/, ''), readFileSync(join(folder, file), 'utf8')]),
  );
}

const sql = join(ROOT, 'libs/postgres/sql');
writeFileSync(join(sql, 'bundled.json'), JSON.stringify(statements(sql)));
writeFileSync(join(ROOT, 'migrations/bundled.json'), JSON.stringify(readMigrations(join(ROOT, 'migrations'))));
