import { tableRows } from './report.mjs';
import { SCENARIOS } from './scenarios.mjs';

const line = (cells) => `| ${cells.join(' | ')} |`;

function section({ scenario, engines }) {
  const [heading, ...rows] = tableRows(scenario, engines);
  const ruler = heading.map((_, column) => (column === 0 ? '---' : '---:'));
  return [`## ${scenario}`, '', `${SCENARIOS[scenario].about}.`, '', line(heading), line(ruler), ...rows.map(line), ''];
}

/** A page with the machine, all tables, and what the design asks for. */
export function markdownPage(results, judged) {
  const machine = Object.entries(results[0]?.machine ?? {}).map(([key, value]) => `- ${key}: ${value}`);
  return [
    '# Results of the last full run',
    '',
    'Written by `npm run bench -- all --markdown bench/RESULTS.md`; `docs/08-benchmarks.md` says how to read it.',
    '',
    ...machine,
    '',
    ...results.flatMap(section),
    '## Floors of the design',
    '',
    ...judged.map(({ text }) => `- ${text}`),
    '',
  ].join('\n');
}
