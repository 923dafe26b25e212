// Fails when package-lock.json leaves out an optional dependency: `npm ci` on that platform would then refuse to run.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const { packages } = JSON.parse(readFileSync(join(import.meta.dirname, '../package-lock.json'), 'utf8'));

/** Looks where Node would: in the package's own node_modules, then in those of the folders above it. */
function isLocked(from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    if (packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`]) return true;
    if (folder === '') return false;
  }
}

const missing = Object.entries(packages).flatMap(([folder, { optionalDependencies = {} }]) =>
  Object.keys(optionalDependencies)
    .filter((name) => !isLocked(folder, name))
    .map((name) => `${folder || 'the root'}: ${name}`),
);
console.log(missing.length === 0 ? 'lock complete' : `not in package-lock.json:\n${missing.join('\n')}`);
process.exitCode = missing.length === 0 ? 0 : 1;
