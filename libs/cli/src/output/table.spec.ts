import { renderTable, type Column } from './table';
import type { Terminal } from './terminal';

interface Row {
  readonly id: number | null;
  readonly text: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { head: 'ID', value: ({ id }) => id, align: 'right' },
  { head: 'TEXT', value: ({ text }) => text, flexible: true },
];

const on = (width: number | null): Terminal => ({ width, paint: (text: string) => text }) as unknown as Terminal;
const lines = (rows: Row[], width: number | null): string[] => renderTable(COLUMNS, rows, on(width)).split('\n');

describe('a table', () => {
  it('has its columns under their heads, and says when there is nothing', () => {
    const rows = [
      { id: 7, text: 'seven' },
      { id: null, text: '' },
    ];
    expect(lines(rows, null)).toEqual(['ID  TEXT', ' 7  seven', ' -  -']);
  });

  it('is as wide as it needs to be where nobody looks', () => {
    expect(lines([{ id: 1, text: 'x'.repeat(300) }], null)[1]).toHaveLength(304);
  });

  it('gives way in flexible columns first', () => {
    const [, line = ''] = lines([{ id: 123_456_789_012, text: 'a long text that does not fit' }], 30);
    expect(line).toBe('123456789012  a long text tha…');
  });

  it('keeps what others wrote on one line, without control characters', () => {
    expect(lines([{ id: 1, text: 'two\nlines\u001b[2J' }], null)).toEqual(['ID  TEXT', ' 1  two lines\ufffd[2J']);
  });
});
