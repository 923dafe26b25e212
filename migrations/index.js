'use strict';

const { readdirSync, readFileSync } = require('node:fs');
const { join } = require('node:path');

const FILE = /^(\d{4})_([a-z0-9_]+)\.(up|down)\.sql$/;
const BREAKING = /(?<=^|\s)Breaking: (no|yes \([^()]+\))\.(?=\s|$)/g;

/** Reads the pairs NNNN_name.up.sql and NNNN_name.down.sql of a folder, in order. */
function readMigrations(folder) {
  const byNumber = new Map();
  for (const file of readdirSync(folder).sort()) {
    const [, number, name, direction] = FILE.exec(file) ?? [];
    if (number === undefined) continue;
    const pair = byNumber.get(number) ?? { number, name };
    if (pair.name !== name) throw new Error(`Migration ${number} has two names: ${pair.name} and ${name}.`);
    pair[direction] = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
    byNumber.set(number, pair);
  }
  const pairs = [...byNumber.values()];
  for (const pair of pairs) {
    for (const direction of ['up', 'down']) {
      if (pair[direction] === undefined)
        throw new Error(`Migration ${pair.number}_${pair.name} lacks its ${direction}.sql.`);
    }
    pair.breaking = isBreaking(pair);
  }
  return Object.freeze(pairs.map((pair) => Object.freeze(pair)));
}

/** What the comment at the head of the file says; a reason may run over several lines. */
function isBreaking({ number, name, up }) {
  const [head] = /^(?:--.*\n?)*/.exec(up);
  const said = [...head.replaceAll(/\n-- ?/g, ' ').matchAll(BREAKING)];
  if (said.length === 1) return said[0][1] !== 'no';
  throw new Error(
    `Migration ${number}_${name} must say once, in the comment at its head: ` +
      '"Breaking: no." or "Breaking: yes (what must be stopped first).".',
  );
}

const migrations = readMigrations(__dirname);

module.exports = { migrations, readMigrations };
