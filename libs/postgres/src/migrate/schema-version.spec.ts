import type { Migration } from '@tasker/migrations';
import type { AppliedMigration } from './applied-migrations';
import { migrationDigest } from './migration-name';
import { assertNothingForeign, assertSameVersion, compareWithSchema } from './schema-version';

const migration = (number: string, name: string): Migration => ({
  number,
  name,
  up: `up ${name}`,
  down: `down ${name}`,
});
const applied = ({ number, name, up }: Migration): AppliedMigration => ({
  number,
  name,
  digest: migrationDigest({ up }),
});
const [one, two, three] = [migration('0001', 'one'), migration('0002', 'two'), migration('0003', 'three')];
const names = (rows: readonly { name: string }[]) => rows.map((row) => row.name);

const cases: [
  what: string,
  known: Migration[],
  rows: AppliedMigration[],
  missing: string[],
  unknown: string[],
  changed: string[],
][] = [
  ['the same', [one, two], [applied(one), applied(two)], [], [], []],
  ['an empty schema', [one, two], [], ['one', 'two'], [], []],
  ['an older schema', [one, two], [applied(one)], ['two'], [], []],
  ['a newer schema', [one], [applied(one), applied(two)], [], ['two'], []],
  ['a changed text', [one], [{ ...applied(one), digest: 'other' }], [], [], ['one']],
  ['another name for a number', [one, two], [applied(one), applied({ ...two, name: 'zwei' })], ['two'], ['zwei'], []],
  ['a gap', [one, two, three], [applied(one), applied(three)], ['two'], [], []],
];

it.each(cases)('compares with %s', (_what, known, rows, missing, unknown, changed) => {
  const version = compareWithSchema(known, rows);
  expect(names(version.missing)).toEqual(missing);
  expect(names(version.unknown)).toEqual(unknown);
  expect(names(version.changed)).toEqual(changed);
});

it('refuses an older schema only where it has to be the same', () => {
  const version = compareWithSchema([one, two], [applied(one)]);
  expect(() => assertNothingForeign(version, 's')).not.toThrow();
  expect(() => assertSameVersion(version, 's')).toThrow(
    expect.objectContaining({ data: { schema: 's', migrations: ['0002_two'] } }),
  );
});

it('names every difference at once', () => {
  const version = compareWithSchema([one, two], [{ ...applied(one), digest: 'other' }, applied(three)]);
  expect(() => assertSameVersion(version, 's')).toThrow(
    expect.objectContaining({
      code: 'TSK_SCHEMA_MISMATCH',
      details: [
        { path: '0002_two', message: expect.stringMatching('missing') },
        { path: '0003_three', message: expect.stringMatching('unknown') },
        { path: '0001_one', message: expect.stringMatching('another text') },
      ],
    }),
  );
});
