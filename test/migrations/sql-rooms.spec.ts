import { linesWith, sqlFiles, type SqlFile } from './support/sql-lines';

const LINES = 80;
const COLUMNS = 120;

const functionsOf = ({ text }: SqlFile): string[] =>
  [...text.matchAll(/^create function tasker\.(\w+)/gm)].map(([, name]) => name ?? '');

/** Functions that are one expression may stand together, as the words of one noun do. */
const expressions = ({ text }: SqlFile): number =>
  [...text.matchAll(/^create function [^;$]*?\breturn [^;]*;/gm)].length;

describe('every SQL file', () => {
  it('is found', () => {
    expect(sqlFiles().length).toBeGreaterThan(100);
  });

  it(`has at most ${LINES} lines of at most ${COLUMNS} columns`, () => {
    const faults = sqlFiles().flatMap(({ path, text }) => {
      const lines = text.trimEnd().split('\n');
      const wide = lines.flatMap((line, index) => ([...line].length > COLUMNS ? [`${path}:${index + 1} is wide`] : []));
      return [...(lines.length > LINES ? [`${path} has ${lines.length} lines`] : []), ...wide];
    });
    expect(faults).toEqual([]);
  });

  it('makes one function, or a family of functions that are one expression each', () => {
    const faults = sqlFiles().filter((file) => {
      const count = functionsOf(file).length;
      return count > 1 && count !== expressions(file);
    });
    expect(faults.map(({ path }) => path)).toEqual([]);
  });
});

it('SQL files are ASCII: a server, a terminal or an editor of another encoding must not change them', () => {
  // eslint-disable-next-line no-control-regex
  expect(sqlFiles().flatMap((file) => linesWith(/[^\x00-\x7f]/, file))).toEqual([]);
});
