import type { Migration } from '@tasker/migrations';
import type { AppliedMigration } from './applied-migrations';
import { migrationDigest } from './migration-name';
import { assertAllKnown, assertComplete, assertUsable, compareWithSchema, newerLine } from './schema-version';

const migration = (number: string, name: string, breaking = false): Migration => ({
  ...{ number, name, breaking },
  up: `up ${name}`,
  down: `down ${name}`,
});
const applied = ({ number, name, up, breaking }: Migration): AppliedMigration => ({
  ...{ number, name, breaking },
  digest: migrationDigest({ up }),
});
const [one, two, three] = [migration('0001', 'one'), migration('0002', 'two'), migration('0003', 'three')];
const contract = migration('0004', 'contract', true);
const names = (rows: readonly { name: string }[]) => rows.map((row) => row.name);

interface Compared {
  missing?: string[];
  newer?: string[];
  foreign?: string[];
  changed?: string[];
}
const nothing = { missing: [], newer: [], foreign: [], changed: [] };

const cases: [what: string, known: Migration[], rows: AppliedMigration[], found: Compared][] = [
  ['the same', [one, two], [applied(one), applied(two)], {}],
  ['a breaking one that is known', [one, contract], [applied(one), applied(contract)], {}],
  ['an empty schema', [one, two], [], { missing: ['one', 'two'] }],
  ['an older schema', [one, two], [applied(one)], { missing: ['two'] }],
  ['a newer schema', [one], [one, two, three].map(applied), { newer: ['two', 'three'] }],
  ['a breaking one', [one], [one, contract].map(applied), { foreign: ['contract'] }],
  ['a breaking one among others', [one], [one, two, contract].map(applied), { newer: ['two'], foreign: ['contract'] }],
  ['a changed text', [one], [{ ...applied(one), digest: 'other' }], { changed: ['one'] }],
  ['a gap', [one, two, three], [applied(one), applied(three)], { missing: ['two'] }],
  ['a newer schema with a gap', [one, two], [one, three].map(applied), { missing: ['two'], foreign: ['three'] }],
  ['one that comes in between', [one, three], [one, two, three].map(applied), { foreign: ['two'] }],
  [
    'another name for a number',
    [one, two],
    [applied(one), applied({ ...two, name: 'zwei' })],
    { missing: ['two'], foreign: ['zwei'] },
  ],
];

it.each(cases)('compares with %s', (_what, known, rows, found) => {
  const { missing, newer, foreign, changed } = compareWithSchema(known, rows);
  expect({
    ...{ missing: names(missing), newer: names(newer), foreign: names(foreign), changed: names(changed) },
  }).toEqual({ ...nothing, ...found });
});

it('refuses an older schema only where it has to be complete', () => {
  const version = compareWithSchema([one, two], [applied(one)]);
  expect(() => assertUsable(version, 's')).not.toThrow();
  expect(() => assertComplete(version, 's')).toThrow(
    expect.objectContaining({ data: { schema: 's', migrations: ['0002_two'] } }),
  );
});

it('refuses a newer schema only where everything has to be known', () => {
  const version = compareWithSchema([one], [applied(one), applied(two)]);
  expect(() => assertUsable(version, 's')).not.toThrow();
  expect(() => assertComplete(version, 's')).not.toThrow();
  expect(() => assertAllKnown(version, 's')).toThrow(
    expect.objectContaining({ details: [{ path: '0002_two', message: expect.stringMatching('newer') }] }),
  );
  expect(newerLine(version, 's')).toMatch(/Schema "s" is newer .* 0002_two\./);
});

it('refuses a breaking migration everywhere, and says what to deploy', () => {
  const version = compareWithSchema([one], [applied(one), applied(two), applied(contract)]);
  const refused = expect.objectContaining({
    code: 'TSK_SCHEMA_MISMATCH',
    details: [{ path: '0004_contract', message: expect.stringMatching('breaking') }],
    hint: expect.stringMatching('knows these migrations'),
  });
  expect(() => assertUsable(version, 's')).toThrow(refused);
  expect(() => assertComplete(version, 's')).toThrow(refused);
  expect(() => assertAllKnown(version, 's')).toThrow(
    expect.objectContaining({ data: { schema: 's', migrations: ['0004_contract', '0002_two'] } }),
  );
});

it('names every difference at once', () => {
  const version = compareWithSchema([one, two], [{ ...applied(one), digest: 'other' }, applied(three)]);
  expect(() => assertComplete(version, 's')).toThrow(
    expect.objectContaining({
      code: 'TSK_SCHEMA_MISMATCH',
      details: [
        { path: '0002_two', message: expect.stringMatching('missing') },
        { path: '0003_three', message: expect.stringMatching('another line') },
        { path: '0001_one', message: expect.stringMatching('another text') },
      ],
    }),
  );
});
