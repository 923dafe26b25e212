import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ADAPTER_OF_OTHER, ENGINES } from './engines.mjs';
import { SCENARIOS } from './scenarios.mjs';

export const USAGE = `npm run bench -- [scenario ...] [options]
scenarios       ${Object.keys(SCENARIOS).join(' | ')}
                all (default): all but the durable ones | durable: those beside Temporal, DBOS, Restate and Conductor
--quick         fewer flows: to see that all is well, not to quote
--rounds N      rounds of each, engines taking turns (default 3)
--only A,B      engines: ${Object.keys(ENGINES).join(', ')}; "--only tasker" needs neither network nor Redis
--against DIR   another checkout, built: its Tasker takes turns with this one as "tasker-before", and pairs are compared
--json FILE     the tables as data
--markdown FILE the tables as a page`;

const scenariosThat = (accepts) => Object.keys(SCENARIOS).filter((name) => accepts(SCENARIOS[name]));

const GROUPS = {
  all: scenariosThat(({ isDurable }) => !isDurable),
  durable: scenariosThat(({ isDurable }) => isDurable),
};

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  rounds: { type: 'string', default: '3' },
  only: { type: 'string' },
  against: { type: 'string' },
  json: { type: 'string' },
  markdown: { type: 'string' },
  help: { type: 'boolean', default: false },
};

/** @throws {Error} with all that is wrong, when something is */
export function readArguments() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: OPTIONS });
  const against = values.against && resolve(values.against);
  const named = positionals.length === 0 ? ['all'] : positionals.flatMap((text) => text.split(','));
  const scenarios = [...new Set(named.flatMap((name) => GROUPS[name] ?? name))];
  const engines = values.only?.split(',') ?? defaultEngines(against, scenarios);
  const rounds = Number(values.rounds);
  const faults = [
    ...scenarios.filter((name) => !Object.hasOwn(SCENARIOS, name)).map((name) => `There is no scenario "${name}".`),
    ...engines.filter((name) => !Object.hasOwn(ENGINES, name)).map((name) => `There is no engine "${name}".`),
  ];
  if (!Number.isInteger(rounds) || rounds < 1) faults.push(`--rounds ${values.rounds} is not a number of rounds.`);
  if (engines.includes('tasker-before') && !against) faults.push('"tasker-before" needs --against.');
  if (against && !existsSync(resolve(against, ADAPTER_OF_OTHER))) faults.push(`${against} has no ${ADAPTER_OF_OTHER}.`);
  if (faults.length > 0) throw new Error([...faults, USAGE].join('\n'));
  return { ...values, against, rounds, scenarios, engines };
}

function defaultEngines(against, scenarios) {
  if (against) return ['tasker', 'tasker-before'];
  const takesPart = (name) => scenarios.some((scenario) => ENGINES[name].scenarios[scenario]);
  return Object.keys(ENGINES).filter((name) => name !== 'tasker-before' && takesPart(name));
}
