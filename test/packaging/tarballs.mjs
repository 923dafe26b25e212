import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { command } from './command.mjs';

const ROOT = join(import.meta.dirname, '../..');
const BIN = join(ROOT, 'node_modules/.bin');
/** What belongs into every package, what also into one, and what into none: sources without tests are for its maps. */
const REQUIRED = [/^package\.json$/, /^LICENSE$/, /^README\.md$/];
const REQUIRED_OF = {
  '@tasker/nestjs': [
    /^docs\/01-concepts\.md$/,
    /^observability\/grafana-dashboard\.json$/,
    /^observability\/alerts\.yml$/,
  ],
};
const UNWANTED = [
  /\.spec\./,
  /\.tsbuildinfo$/,
  /^(test|bench|examples|scripts|docs\/api)\//,
  /^(?!src\/).*(?<!\.d)\.ts$/,
  /^\./,
];

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
      folder,
      file: join(destination, filename),
      paths: files.map(({ path }) => path),
      manifest: manifest(folder),
    };
  });
}

export async function checkTarball(checks, { name, folder, file, paths, manifest }) {
  await checks.check(`${name}: holds what it should and nothing else`, () => {
    const absent = [...REQUIRED, ...(REQUIRED_OF[name] ?? [])].filter(
      (pattern) => !paths.some((path) => pattern.test(path)),
    );
    const unwanted = paths.filter((path) => UNWANTED.some((pattern) => pattern.test(path)));
    const broken = entryFiles(manifest).filter((path) => !paths.includes(path));
    const faults = [...absent.map((p) => `absent ${p}`), ...unwanted.map((p) => `unwanted ${p}`)];
    faults.push(...broken.map((path) => `an entry that is not packed: ${path}`));
    if (faults.length > 0) throw new Error(faults.join('\n'));
  });
  await checks.check(`${name}: links and maps lead to what is packed`, () => {
    const faults = [...deadLinks(folder, paths), ...mapsWithoutSource(folder, paths)];
    if (faults.length > 0) throw new Error(faults.slice(0, 20).join('\n'));
  });
  await checks.check(`${name}: publint`, () => command(join(BIN, 'publint'), ['run', file, '--strict'], { cwd: ROOT }));
  // `node16` leaves out resolution "node10", which knows no sub-path exports.
  const attw = [file, '--profile', 'node16', '--no-emoji', '--no-color', '--format', 'ascii'];
  await checks.check(`${name}: are the types right`, () => command(join(BIN, 'attw'), attw, { cwd: ROOT }));
}

/** The README's links, and those of pages to their neighbours; pages may also name what only a checkout has. */
function deadLinks(folder, paths) {
  const pages = paths.filter((path) => path.endsWith('.md') && !path.includes('decisions/'));
  return pages.flatMap((page) =>
    [...textOf(folder, page).matchAll(/\]\(([^)\s#]+)(?:#[^)]*)?\)/g)]
      .map(([, target]) => target)
      .filter((target) => !/^[a-z]+:/i.test(target))
      .filter((target) => page === 'README.md' || !target.startsWith('../'))
      .filter((target) => !hasPath(paths, posix.join(posix.dirname(page), target)))
      .map((target) => `${page} links to ${target}, which is not packed`),
  );
}

const hasPath = (paths, wanted) => paths.some((path) => path === wanted || path.startsWith(`${wanted}/`));

/** A debugger and "go to definition" need the source, in the map or beside it. */
function mapsWithoutSource(folder, paths) {
  return paths
    .filter((path) => path.endsWith('.map'))
    .flatMap((path) => {
      const { sources, sourcesContent = [] } = JSON.parse(textOf(folder, path));
      const absent = sources.filter(
        (source, at) => !sourcesContent[at] && !paths.includes(posix.join(posix.dirname(path), source)),
      );
      return absent.map((source) => `${path} is made of ${source}, which is not packed`);
    });
}

const textOf = (folder, path) => readFileSync(join(ROOT, folder, path), 'utf8');

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
