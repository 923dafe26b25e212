import Table from 'cli-table3';
import { oneLine } from './printable';
import type { Terminal, Tone } from './terminal';

/** A column of a table for people. @internal */
export interface Column<T> {
  readonly head: string;
  readonly value: (row: T) => string | number | null | undefined;
  /** Gives way first when the terminal is narrow. */
  readonly flexible?: boolean;
  readonly align?: 'right';
  readonly tone?: (row: T) => Tone | undefined;
}

const GAP = 2;
const NARROWEST = 8;
const NOTHING = '-';

/** Lines without borders, which can be cut and pasted. */
const CHARS = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '', 'bottom-left': '' },
  ...{ 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '' },
  middle: ' '.repeat(GAP),
};

/** The rows under their heads; cells are cut to fit the terminal, and whole where nobody looks. @internal */
export function renderTable<T>(columns: readonly Column<T>[], rows: readonly T[], terminal: Terminal): string {
  const cells = rows.map((row) => columns.map((column) => cellText(column.value(row))));
  const natural = columns.map(({ head }, i) => Math.max(head.length, ...cells.map((line) => line[i]?.length ?? 0)));
  const widths = terminal.width === null ? natural : fit(natural, columns, terminal.width);
  const table = new Table({
    chars: CHARS,
    colWidths: [...widths],
    colAligns: columns.map(({ align }) => align ?? 'left'),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0, compact: true },
    head: columns.map(({ head }) => terminal.paint(head, 'dim')),
  });
  table.push(...cells.map((line, r) => line.map((text, c) => painted(text, columns[c], rows[r] as T, terminal))));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function cellText(value: string | number | null | undefined): string {
  const text = value === null || value === undefined ? '' : oneLine(String(value));
  return text === '' ? NOTHING : text;
}

function painted<T>(text: string, column: Column<T> | undefined, row: T, terminal: Terminal): string {
  const tone = column?.tone?.(row);
  return tone === undefined ? text : terminal.paint(text, tone);
}

/** Takes what is too much from the flexible columns, the widest first, then from any. */
function fit<T>(natural: readonly number[], columns: readonly Column<T>[], width: number): number[] {
  const widths = [...natural];
  const room = width - GAP * (widths.length - 1);
  for (const flexibleOnly of [true, false]) {
    for (let excess = sum(widths) - room; excess > 0; excess--) {
      const widest = indexOfWidest(widths, (i) => !flexibleOnly || columns[i]?.flexible === true);
      if (widest === undefined) break;
      widths[widest] = (widths[widest] ?? 0) - 1;
    }
  }
  return widths;
}

function indexOfWidest(widths: readonly number[], may: (index: number) => boolean): number | undefined {
  const candidates = [...widths.keys()].filter((i) => may(i) && (widths[i] ?? 0) > NARROWEST);
  return candidates.sort((a, b) => (widths[b] ?? 0) - (widths[a] ?? 0))[0];
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);
