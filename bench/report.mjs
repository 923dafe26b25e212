const COLUMNS = [
  ['scenario', 10],
  ['rate', 16],
  ['floor', 9],
  ['p50 ms', 8],
  ['p99 ms', 8],
  ['PG µs', 8],
  ['Node µs', 8],
  ['WAL B', 7],
  ['', 0],
];

const figure = (value, digits) => (value === undefined || Number.isNaN(value) ? '–' : value.toFixed(digits));
const aligned = (cells) =>
  cells
    .map((cell, i) => (i === 0 || i === COLUMNS.length - 1 ? cell.padEnd(COLUMNS[i][1]) : cell.padStart(COLUMNS[i][1])))
    .join('  ')
    .trimEnd();

/** The middle of several rounds, figure by figure; faults of all of them. */
export function medianOf(rounds) {
  const names = Object.keys(rounds[0]).filter((name) => name !== 'faults');
  const middle = (name) => rounds.map((round) => round[name]).sort((a, b) => a - b)[Math.floor(rounds.length / 2)];
  return {
    ...Object.fromEntries(names.map((name) => [name, middle(name)])),
    faults: rounds.flatMap(({ faults }) => faults),
  };
}

export const heading = () => aligned(COLUMNS.map(([title]) => title));

export function line(name, { unit, floor }, result) {
  return aligned([
    name,
    result.rate === undefined ? '–' : `${Math.round(result.rate)} ${unit}`,
    floor,
    figure(result.p50, 1),
    figure(result.p99, 1),
    figure(result.serverUs, 1),
    figure(result.nodeUs, 1),
    figure(result.walBytes, 0),
    note(result),
  ]);
}

function note({ rate16, start50, start99, faults }) {
  if (faults.length > 0) return `WRONG: ${faults.join('; ')}`;
  if (rate16 !== undefined) return `16 callers, one at a time: ${Math.round(rate16)} tasks/s`;
  if (start50 !== undefined) return `first handler after ${figure(start50, 1)} / ${figure(start99, 1)} ms`;
  return '';
}
