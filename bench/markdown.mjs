import { tableRows } from './report.mjs';
import { SCENARIOS } from './scenarios.mjs';

/** A table as prettier would write it, because the page is committed. */
function table(rows) {
  const widths = rows[0].map((_, column) => Math.max(3, ...rows.map((row) => row[column].length)));
  const line = (cells) => `| ${cells.join(' | ')} |`;
  const aligned = (row) =>
    line(row.map((text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column]))));
  const ruler = line(widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)));
  return [aligned(rows[0]), ruler, ...rows.slice(1).map(aligned)];
}

const section = ({ scenario, engines }) => [
  ...[`## ${scenario}`, '', `${SCENARIOS[scenario].about}.`, ''],
  ...[...table(tableRows(scenario, engines)), ''],
];

const list = (title, lines) => (lines.length === 0 ? [] : [`## ${title}`, '', ...lines.map((text) => `- ${text}`), '']);

/** A page with the machine, all tables, what the design asks for, and what was wrong. */
export function markdownPage(results, judged, faults) {
  const machine = Object.entries(results[0]?.machine ?? {}).map(([key, value]) => `- ${key}: ${value}`);
  return [
    '# Results of the last run',
    '',
    'Written by `npm run bench -- all durable --markdown bench/RESULTS.md`; `docs/08-benchmarks.md` says how to read it.',
    '',
    ...machine,
    '',
    ...results.flatMap(section),
    ...list('Floors of the design', judged),
    ...list('Wrong', faults),
  ].join('\n');
}
