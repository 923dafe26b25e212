import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from './command.mjs';

const ROOT = join(import.meta.dirname, '../..');
const BIN = join(ROOT, 'node_modules/.bin');
/** Pages and licences that belong into every package, and what belongs into none. */
const REQUIRED = [/^package\.json$/, /^LICENSE$/, /^README\.md$/];
const UNWANTED = [/\.spec\./, /\.tsbuildinfo$/, /^(test|bench|docs|examples|scripts)\//, /(?<!\.d)\.ts$/, /^\./];

/** Packs all packages that are not private; returns their names, versions, files and tarballs. */
export function pack(destination) {
  const folders = ['.', ...workspaceFolders()].filter((folder) => !manifest(folder).private);
  return folders.map((folder) => {
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', destination];
    const printed = execFileSync('npm', args, { cwd: join(ROOT, folder), encoding: 'utf8', stdio: 'pipe' });
    const answer = JSON.parse(printed);
    const [{ name, version, filename, files }] = Array.isArray(answer) ? answer : Object.values(answer);
    return {
      name,
      version,
      file: join(destination, filename),
      paths: files.map(({ path }) => path),
      manifest: manifest(folder),
    };
  });
}

export async function checkTarball(checks, { name, file, paths, manifest }) {
  await checks.check(`${name}: holds what it should and nothing else`, () => {
    const absent = REQUIRED.filter((pattern) => !paths.some((path) => pattern.test(path)));
    const unwanted = paths.filter((path) => UNWANTED.some((pattern) => pattern.test(path)));
    const broken = entryFiles(manifest).filter((path) => !paths.includes(path));
    const faults = [...absent.map((p) => `absent ${p}`), ...unwanted.map((p) => `unwanted ${p}`)];
    faults.push(...broken.map((path) => `an entry that is not packed: ${path}`));
    if (faults.length > 0) throw new Error(faults.join('\n'));
  });
  await checks.check(`${name}: publint`, () => command(join(BIN, 'publint'), ['run', file, '--strict'], { cwd: ROOT }));
  // `node16` leaves out resolution "node10", which knows no sub-path exports.
  const attw = [file, '--profile', 'node16', '--no-emoji', '--no-color', '--format', 'ascii'];
  await checks.check(`${name}: are the types right`, () => command(join(BIN, 'attw'), attw, { cwd: ROOT }));
}

function entryFiles({ main, types, exports = {} }) {
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === 'string' ? [target] : Object.values(target),
  );
  return [main, types, ...targets]
    .filter((path) => path !== undefined && !path.includes('*'))
    .map((path) => path.replace(/^\.\//, ''));
}

function workspaceFolders() {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  return Object.keys(packages).filter(
    (folder) => folder !== '' && !folder.includes('node_modules') && existsSync(join(ROOT, folder, 'package.json')),
  );
}

function manifest(folder) {
  return JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8'));
}
