import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrations, readMigrations } from '@tasker/migrations';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'migrations-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (...files: string[]) => files.forEach((file) => writeFileSync(join(folder, file), `-- ${file}\r\n`));

describe('migrations', () => {
  it('are read by number, other files left alone', () => {
    write('0002_b.up.sql', '0002_b.down.sql', '0001_a_c.down.sql', '0001_a_c.up.sql', 'schema.sql', 'index.js');
    expect(readMigrations(folder)).toEqual([
      { number: '0001', name: 'a_c', up: '-- 0001_a_c.up.sql\n', down: '-- 0001_a_c.down.sql\n' },
      { number: '0002', name: 'b', up: '-- 0002_b.up.sql\n', down: '-- 0002_b.down.sql\n' },
    ]);
  });

  it.each([
    ['lacks its down.sql', ['0001_a.up.sql']],
    ['lacks its up.sql', ['0001_a.down.sql']],
    ['has two names', ['0001_a.up.sql', '0001_b.down.sql']],
  ])('are refused when one %s', (fault, files) => {
    write(...files);
    expect(() => readMigrations(folder)).toThrow(fault);
  });

  it('are numbered without gaps, and each says what it locks and whether it breaks older workers', () => {
    expect(migrations.map(({ number }) => Number(number))).toEqual(migrations.map((_, index) => index + 1));
    for (const { up } of migrations) expect(up).toMatch(/^-- Purpose: [\s\S]+?Lock[\s\S]+?Breaking: /);
  });

  it('leave no SQL file of their folder out', () => {
    const source = join(__dirname, '../../migrations');
    const files = readdirSync(source).filter((file) => file.endsWith('.sql') && file !== 'schema.sql');
    expect(files).toHaveLength(migrations.length * 2);
    for (const file of files) expect(readFileSync(join(source, file), 'utf8')).not.toMatch(/tasker\s+\./);
  });
});
