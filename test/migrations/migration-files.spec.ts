import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { migrations, readMigrations } from '@tasker/migrations';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'migrations-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const HEAD = '-- Locks: none. Breaking: no.';
const write = (...files: string[]) =>
  files.forEach((file) => {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${HEAD}\r\n${file}`);
  });

/** What a single migration with this text is said to be. */
function breaking(up: string): boolean | undefined {
  write('0001_a.down.sql');
  writeFileSync(join(folder, '0001_a.up.sql'), up);
  return readMigrations(folder)[0]?.breaking;
}

describe('migrations', () => {
  it('are read by number, other files left alone', () => {
    write('0002_b.up.sql', '0002_b.down.sql', '0001_a_c.down.sql', '0001_a_c.up.sql', 'schema.sql', 'index.js');
    expect(readMigrations(folder)).toEqual([
      ...[
        { number: '0001', name: 'a_c', up: `${HEAD}\n0001_a_c.up.sql`, down: `${HEAD}\n0001_a_c.down.sql` },
        { number: '0002', name: 'b', up: `${HEAD}\n0002_b.up.sql`, down: `${HEAD}\n0002_b.down.sql` },
      ].map((pair) => ({ ...pair, breaking: false })),
    ]);
  });

  it('are folders as well, their files read in the order of their names', () => {
    write('0001_a.up.sql', '0001_a.down.sql', '0002_b/down.sql', '0002_b/README.md', 'other/10_x.sql');
    writeFileSync(join(folder, '0002_b/20_last.sql'), 'last');
    writeFileSync(join(folder, '0002_b/00_about.sql'), HEAD);
    writeFileSync(join(folder, '0002_b/100_middle.sql'), 'middle');
    const [, b] = readMigrations(folder);
    const up = `${HEAD}\nmiddle\nlast`;
    expect(b).toEqual({ number: '0002', name: 'b', up, down: `${HEAD}\n0002_b/down.sql`, breaking: false });
  });

  it.each([
    ['lacks its down.sql', ['0001_a.up.sql']],
    ['lacks its up.sql', ['0001_a.down.sql']],
    ['has two names', ['0001_a.up.sql', '0001_b.down.sql']],
    ['lacks its down.sql', ['0001_a/10_x.sql']],
    ['lacks its up.sql', ['0001_a/down.sql']],
    ['has two names', ['0001_a/10_x.sql', '0001_a/down.sql', '0001_b/10_x.sql']],
    ['is there twice', ['0001_a/10_x.sql', '0001_a/down.sql', '0001_a.up.sql']],
  ])('are refused when one %s', (fault, files) => {
    write(...files);
    expect(() => readMigrations(folder)).toThrow(fault);
  });

  it.each([
    ['no', '-- Purpose: x.\n-- Breaking: no. It is quick.\nselect 1', false],
    ['yes, with the reason', '-- Breaking: yes (all workers before 0.3).\nselect 1', true],
    ['yes, with a reason over two lines', '-- Locks: none. Breaking: yes (workers\n-- before 0.3).\nselect 1', true],
  ])('say at their head whether they are breaking: %s', (_what, up, expected) => {
    expect(breaking(up)).toBe(expected);
  });

  it.each([
    ['nothing', 'select 1'],
    ['something else', '-- Breaking: perhaps.\nselect 1'],
    ['yes without a reason', '-- Breaking: yes.\nselect 1'],
    ['both', '-- Breaking: no.\n-- Breaking: yes (all).\nselect 1'],
    ['it elsewhere', 'select 1;\n-- Breaking: no.'],
    ['it of something else', '-- NotBreaking: no.\nselect 1'],
  ])('are refused when their head says %s', (_what, up) => {
    expect(() => breaking(up)).toThrow(/0001_a must say once/);
  });

  it('are numbered without gaps, and each says what it locks and whether it is breaking', () => {
    expect(migrations.map(({ number }) => Number(number))).toEqual(migrations.map((_, index) => index + 1));
    for (const { up } of migrations) expect(up).toMatch(/^-- Purpose: [\s\S]+?Lock[\s\S]+?Breaking: /);
  });

  it('leave no SQL file of their folder out', () => {
    const source = join(__dirname, '../../migrations');
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.sql') && file !== 'schema.sql' && file !== 'grants.sql',
    );
    expect(files.length).toBeGreaterThan(migrations.length * 2);
    const read = migrations.flatMap(({ up, down }) => [up, down]).join('\n');
    for (const file of files) {
      const text = readFileSync(join(source, file), 'utf8');
      expect(read).toContain(text);
      expect(text).not.toMatch(/tasker\s+\./);
    }
  });
});
