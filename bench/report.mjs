import { SCENARIOS } from './scenarios.mjs';

const whole = (value) => Math.round(value).toLocaleString('en');
const tenths = (value) => value.toFixed(value < 100 ? 1 : 0);
const hundredths = (value) => value.toFixed(2);

/** Columns of all tables; one is left out where no engine has the figure. */
const COLUMNS = [
  ['stepsPerSecond', 'steps/s', whole],
  ['singlesPerSecond', '16 callers/s', whole],
  ['freeStepsPerSecond', 'not held/s', whole],
  ['emptyStepsPerSecond', 'empty/s', whole],
  ['ratio', 'ratio', hundredths],
  ['p50Ms', 'p50 ms', tenths],
  ['p99Ms', 'p99 ms', tenths],
  ['startP50Ms', 'start p50', tenths],
  ['startP99Ms', 'start p99', tenths],
  ['createP50Ms', 'create p50', tenths],
  ['createP99Ms', 'create p99', tenths],
  ['readP50Ms', 'read p50', tenths],
  ['readP99Ms', 'read p99', tenths],
  ['requestsPerSecond', 'requests/s', whole],
  ['fullP50Ms', 'full p50', tenths],
  ['fullP99Ms', 'full p99', tenths],
  ['stepsTakenOver', 'taken over', whole],
  ['recoveryMs', 'recovery ms', whole],
  ['pgCpuUsPerStep', 'PG µs', tenths],
  ['redisCpuUsPerStep', 'Redis µs', tenths],
  ['serverCpuUsPerStep', 'server µs', tenths],
  ['nodeCpuUsPerStep', 'Node µs', tenths],
  ['walBytesPerStep', 'WAL B', whole],
  ['bytesPerStep', 'stored B', whole],
];

const has = (value) => value !== null && value !== undefined;

function cell(engine, [figure, , format]) {
  if (!has(engine[figure])) return '–';
  const range = engine.range[figure];
  const text = format(engine[figure]);
  return range && (figure === 'stepsPerSecond' || figure === 'p50Ms')
    ? `${text} [${format(range[0])}–${format(range[1])}]`
    : text;
}

/** How many times the rate of the engine in this line Tasker has. */
function timesTasker(engine, engines) {
  const ours = engines.find(({ name }) => name === 'tasker');
  if (!ours?.stepsPerSecond || !engine.stepsPerSecond || engine === ours) return '';
  return `${tenths(ours.stepsPerSecond / engine.stepsPerSecond)}×`;
}

/** @returns rows of text, the first being the heading */
export function tableRows(scenario, engines) {
  const columns = COLUMNS.filter(([figure]) => engines.some((engine) => has(engine[figure])));
  // At a fixed pace, a rate says nothing.
  const { isPaced = false } = SCENARIOS[scenario];
  const shown = columns.filter(([figure]) => !(isPaced && figure === 'stepsPerSecond'));
  const compares = !isPaced && engines.length > 1;
  return [
    ['', ...shown.map(([, title]) => title), ...(compares ? ['tasker is'] : [])],
    ...engines.map((engine) => [
      engine.faults.length > 0 ? `${engine.name} (WRONG)` : engine.name,
      ...shown.map((column) => cell(engine, column)),
      ...(compares ? [timesTasker(engine, engines)] : []),
    ]),
  ];
}

/** The table for a terminal. */
export function scenarioTable(scenario, engines) {
  const rows = tableRows(scenario, engines);
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row
      .map((text, column) => (column === 0 ? text.padEnd(widths[0]) : text.padStart(widths[column])))
      .join('  ')
      .trimEnd(),
  );
  return [`${scenario}: ${SCENARIOS[scenario].about}`, ...lines].join('\n');
}
