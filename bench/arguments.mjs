import { parseArgs } from 'node:util';
import { ENGINES } from './engines.mjs';
import { SCENARIOS } from './scenarios.mjs';

export const USAGE = `npm run bench -- [scenario ...] [options]
scenarios       ${Object.keys(SCENARIOS).join(' | ')} | all (default)
--quick         fewer flows: to see that all is well, not to quote
--rounds N      rounds of each, engines taking turns (default 3)
--only A,B      engines: ${Object.keys(ENGINES).join(', ')}; "--only tasker" needs neither network nor Redis
--json FILE     the tables as data
--markdown FILE the tables as a page`;

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  rounds: { type: 'string', default: '3' },
  only: { type: 'string' },
  json: { type: 'string' },
  markdown: { type: 'string' },
  help: { type: 'boolean', default: false },
};

/** @throws {Error} with all that is wrong, when something is */
export function readArguments() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const isAll = positionals.length === 0 || positionals.includes('all');
  const scenarios = isAll ? Object.keys(SCENARIOS) : positionals;
  const engines = values.only?.split(',') ?? Object.keys(ENGINES);
  const rounds = Number(values.rounds);
  const faults = [
    ...scenarios.filter((name) => !Object.hasOwn(SCENARIOS, name)).map((name) => `There is no scenario "${name}".`),
    ...engines.filter((name) => !Object.hasOwn(ENGINES, name)).map((name) => `There is no engine "${name}".`),
  ];
  if (!Number.isInteger(rounds) || rounds < 1) faults.push(`--rounds ${values.rounds} is not a number of rounds.`);
  if (faults.length > 0) throw new Error([...faults, USAGE].join('\n'));
  return { ...values, rounds, scenarios, engines };
}
