import { basename } from 'node:path';
import { linesWith, sourcesWithSql, sqlFiles, type SqlFile } from './support/sql-lines';

/** A state that is compared with, set to or made from a number. */
const NUMBER = new RegExp(
  [
    String.raw`\b(\w*state|code) *(=|<>|!=|<=?|>=?) *\d`,
    String.raw`\b(\w*state|code) +(not +)?(in *\( *\d|between +-?\d|is +(not +)?distinct +from +\d)`,
    String.raw`\b\w*state *(=|<>) *(any|all) *\( *('\{|array\[) *\d`,
    String.raw`\bcase +[\w.]*state +when +\d`,
    String.raw`\bcoalesce\([\w.]*state, *\d`,
    String.raw`\d::smallint +as +\w*state`,
  ].join('|'),
);
/** Predicates of indexes and constraints: an index is chosen by its very expression. */
const MAY_COUNT = /\bcheck \(|@Check\(|^create (unique )?index .* where /i;
const WORDS = /^migrations\/0001_words\/2\d_(step|task)_states\.sql$/;

const CLOCK = /\bclock_timestamp\(\)|(?<![.\w])now\(\)(?!:)|\bcurrent_timestamp\b/;
/** Defaults are for rows that others write: our own statements say the time. */
const ABOUT_LEASES = /lease|heartbeat_at|lost_at|\bdefault\b/;
/** Where the time of leases is read. */
const LEASES = ['42_prune_tasks.sql', 'bulk-statements.ts', 'gauges.ts', 'readiness.ts', 'retention-statements.ts'];

const faultsIn = (pattern: RegExp, line: string): string[] => linesWith(pattern, { path: 'sample', text: line });

describe('a bare number for a state', () => {
  it.each([
    ['where s.state = 2'],
    ['where state in (4, 6, 8)'],
    ['and h.to_state > 4'],
    ['and s.state >= 4'],
    ['set state = 1'],
    ['where s.state is distinct from 2'],
    ["where s.state = any ('{4,6}')"],
    ['case t.state when 0 then 1 end'],
    ['coalesce(n.state, 0)'],
    ['1::smallint as to_state'],
  ])('is seen in: %s', (line) => {
    expect(faultsIn(NUMBER, line)).toHaveLength(1);
  });

  it.each([['if (state === 4) return'], ['s.state = tasker.step_ready()'], ["state = 'failed'"], ['state = $2']])(
    'is not seen in: %s',
    (line) => {
      expect(faultsIn(NUMBER, line)).toEqual([]);
    },
  );

  it('is written nowhere but in predicates of indexes and constraints', () => {
    const files = [...sqlFiles(), ...sourcesWithSql()].filter(({ path }) => !WORDS.test(path) && !isAboutWords(path));
    const faults = files.flatMap((file) => linesWith(NUMBER, file)).filter((line) => !MAY_COUNT.test(source(line)));
    expect(faults).toEqual([]);
  });
});

describe('the clock', () => {
  it.each([['select now()'], ['at = clock_timestamp()'], ['default current_timestamp']])('is seen in: %s', (line) => {
    expect(faultsIn(CLOCK, line)).toHaveLength(1);
  });

  it('is read by tasker.clock_v1() only, but for leases', () => {
    const published = sourcesWithSql().filter(({ path }) => /^(src|libs\/\w+\/src)\//.test(path));
    const files = [...sqlFiles(), ...published].filter(({ path }) => path !== 'migrations/0001_words/10_clock.sql');
    const readers = files.map((file) => ({ file, lines: linesWith(CLOCK, withoutComments(file)) }));
    expect(readers.flatMap(({ lines }) => lines).filter((line) => !ABOUT_LEASES.test(source(line)))).toEqual([]);
    const places = readers.filter(({ lines }) => lines.some((line) => !/\bdefault\b/.test(source(line))));
    expect([...new Set(places.map(({ file }) => basename(file.path)))].sort()).toEqual(LEASES.toSorted());
  });
});

const isAboutWords = (path: string): boolean => /^test\/migrations\/(sql|state)-words\.spec\.ts$/.test(path);
/** What stands behind the place. */
const source = (line: string): string => line.replace(/^\S+ /, '');
const withoutComments = ({ path, text }: SqlFile): SqlFile => ({
  path,
  text: text.replace(/^ *(--|\*|\/\/).*$/gm, ''),
});
