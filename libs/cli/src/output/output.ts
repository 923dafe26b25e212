import { oneLine } from './printable';
import { renderTable, type Column } from './table';
import type { Terminal, Tone } from './terminal';

/** What a command says: tables and sentences for people, JSON for scripts. Only one of the two is written. @internal */
export class Output {
  constructor(
    private readonly terminal: Terminal,
    private readonly json: boolean,
  ) {}

  /** The data for scripts, or what people see of it. */
  show(data: unknown, people: () => void): void {
    if (!this.json) return people();
    this.write(`${JSON.stringify(data, null, 2)}\n`);
  }

  /** What only people see. */
  people(show: () => void): void {
    if (!this.json) show();
  }

  table<T>(columns: readonly Column<T>[], rows: readonly T[], empty: string): void {
    if (rows.length === 0) return this.line(empty);
    this.write(`${renderTable(columns, rows, this.terminal)}\n`);
  }

  /** Pairs of a word and what it says, under each other; null and undefined are left out. */
  facts(facts: Readonly<Record<string, string | number | null | undefined>>): void {
    const told = Object.entries(facts).filter(([, value]) => value !== null && value !== undefined && value !== '');
    const width = Math.max(...told.map(([name]) => name.length));
    for (const [name, value] of told) {
      this.write(`${this.paint(name.padEnd(width), 'dim')}  ${oneLine(String(value))}\n`);
    }
  }

  line(text = ''): void {
    this.write(`${oneLine(text)}\n`);
  }

  heading(text: string): void {
    this.write(`\n${this.paint(oneLine(text), 'strong')}\n`);
  }

  /** Text made by this program, to the byte: YAML, Mermaid, scripts. */
  raw(text: string): void {
    this.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** Progress and remarks: for people, and never among the data. */
  note(text: string): void {
    if (!this.json) this.terminal.stderr.write(`${this.terminal.paint(oneLine(text), 'dim', this.terminal.stderr)}\n`);
  }

  paint(text: string, tone: Tone): string {
    return this.terminal.paint(text, tone);
  }

  private write(text: string): void {
    this.terminal.stdout.write(text);
  }
}
