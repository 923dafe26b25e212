'use strict';

const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const FILE = /^(\d{4})_([a-z0-9_]+)\.(up|down)\.sql$/;
const FOLDER = /^(\d{4})_([a-z0-9_]+)$/;
const DOWN = 'down.sql';
const BREAKING = /(?<=^|\s)Breaking: (no|yes \([^()]+\))\.(?=\s|$)/g;

/** Reads the migrations in a folder, in order: pairs of files, and folders of their own. */
function readMigrations(folder) {
  const byNumber = new Map();
  const add = (number, name, texts) => {
    const known = byNumber.get(number) ?? { number, name };
    if (known.name !== name) throw new Error(`Migration ${number} has two names: ${known.name} and ${name}.`);
    for (const direction of Object.keys(texts)) {
      if (known[direction] !== undefined)
        throw new Error(`Migration ${number}_${name} is there twice: as a folder and as files beside it.`);
    }
    byNumber.set(number, Object.assign(known, texts));
  };
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const [, number, name, direction] = (entry.isDirectory() ? FOLDER : FILE).exec(entry.name) ?? [];
    if (number === undefined) continue;
    const path = join(folder, entry.name);
    add(number, name, entry.isDirectory() ? readFolder(path) : { [direction]: readText(path) });
  }
  const migrations = [...byNumber.values()].sort((a, b) => (a.number < b.number ? -1 : 1));
  for (const migration of migrations) {
    for (const direction of ['up', 'down']) {
      if (migration[direction] === undefined)
        throw new Error(`Migration ${migration.number}_${migration.name} lacks its ${direction}.sql.`);
    }
    migration.breaking = isBreaking(migration);
  }
  return Object.freeze(migrations.map((migration) => Object.freeze(migration)));
}

/** All files but the one that takes it back, in the order of their names: one text, so that it has one digest. */
function readFolder(path) {
  const files = readdirSync(path)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  const parts = files.filter((file) => file !== DOWN).map((file) => readText(join(path, file)));
  return {
    ...(parts.length > 0 && { up: parts.join('\n') }),
    ...(files.includes(DOWN) && { down: readText(join(path, DOWN)) }),
  };
}

const readText = (path) => readFileSync(path, 'utf8').replaceAll('\r\n', '\n');

/** What the comment at the head of its first file says; a reason may run over several lines. */
function isBreaking({ number, name, up }) {
  const [head] = /^(?:--.*\n?)*/.exec(up);
  const said = [...head.replaceAll(/\n-- ?/g, ' ').matchAll(BREAKING)];
  if (said.length === 1) return said[0][1] !== 'no';
  throw new Error(
    `Migration ${number}_${name} must say once, in the comment at its head: ` +
      '"Breaking: no." or "Breaking: yes (what must be stopped first).".',
  );
}

/**
 * The migrations of this package. Inside a bundle its folder is somebody else's, which may have numbered SQL files of its
 * own: there they come from the copy that bundlers take along.
 */
function ownMigrations() {
  const found = isOwnFolder() ? readMigrations(__dirname) : bundledMigrations();
  if (found.length > 0) return found;
  throw new Error('The migrations of @tasker/migrations are not with it. Install the package again.');
}

function isOwnFolder() {
  try {
    const { name } = JSON.parse(readFileSync(join(__dirname, 'package.json'), 'utf8'));
    return name === '@tasker/migrations';
  } catch {
    // No such file, or, in an ES module, no such variable.
    return false;
  }
}

function bundledMigrations() {
  let texts;
  try {
    // A constant path, so that bundlers find it.
    texts = require('./bundled.json');
  } catch {
    throw new Error(
      'The SQL files of @tasker/migrations are not in this bundle. Bundle the published package, or leave it out of the ' +
        'bundle: mark @tasker/* as external.',
    );
  }
  return Object.freeze(texts.map((migration) => Object.freeze(migration)));
}

const migrations = ownMigrations();

module.exports = { migrations, readMigrations };
