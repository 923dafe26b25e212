/** What the design asks of a first version, and where it wants to go. `ratio` compares with the best peer of that kind. */
const FLOORS = [
  ['chain10', 'steps/s', (e) => e.tasker?.stepsPerSecond, 30_000, 70_000],
  ['chain10', 'times BullMQ', (e) => ratio(e, 'bullmq'), 2.5, 6],
  [
    'chain10',
    'times the best PostgreSQL peer in its natural form',
    (e) => ratio(e, 'pg-boss', 'graphile-worker'),
    15,
    40,
  ],
  ['chain10', 'bytes of WAL per step', (e) => e.tasker?.walBytesPerStep, -1_200, -750],
  ['chain10', 'µs of PostgreSQL per step', (e) => e.tasker?.pgCpuUsPerStep, -25, -14],
  ['chain10', 'µs of Node per step', (e) => e.tasker?.nodeCpuUsPerStep, -25, -10],
  ['layered50', 'steps/s', (e) => e.tasker?.stepsPerSecond, 25_000, 60_000],
  ['drain', 'tasks/s', (e) => e.tasker?.stepsPerSecond, 18_000, 45_000],
  ['fanout', 'ms', (e) => e.tasker?.p50Ms, -2_000, -500],
  ['create', 'tasks/s in bulk', (e) => e.tasker?.stepsPerSecond, 25_000, 80_000],
  ['create', 'tasks/s by 16 callers', (e) => e.tasker?.singlesPerSecond, 5_000, 20_000],
  ['idle', 'ms to the first handler, p50', (e) => e.tasker?.startP50Ms, -5, -2.5],
  ['idle', 'ms to the first handler, p99', (e) => e.tasker?.startP99Ms, -25, -8],
  ['idle', 'ms for a chain of ten, p50', (e) => e.tasker?.p50Ms, -15, -8],
  ['idle', 'ms for a chain of ten, p99', (e) => e.tasker?.p99Ms, -60, -20],
  ['load', 'ms for a chain of ten, p50', (e) => e.tasker?.p50Ms, -40, -18],
  ['history', 'of the rate without history', (e) => e.tasker?.ratio, 0.85, 0.95],
  ['hold', 'of the rate when nothing is held', (e) => e.tasker?.ratio, 0.8, 0.9],
  ['rest', 'ms to create at 200 requests/s, p99', (e) => e.tasker?.createP99Ms, -100, -15],
  ['rest', 'ms to read at 200 requests/s, p99', (e) => e.tasker?.readP99Ms, -100, -15],
];

function ratio({ tasker, ...others }, ...names) {
  const rates = names.map((name) => others[name]?.stepsPerSecond).filter(Number.isFinite);
  return rates.length === 0 ? NaN : (tasker?.stepsPerSecond ?? NaN) / Math.max(...rates);
}

const round = (value) => (value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value < 10 ? 2 : 1));

/** A negative bound is one from above: less is better. */
const reaches = (value, bound) => (bound < 0 ? value <= -bound : value >= bound);

/** @returns a line for each thing measured that the design has a figure for */
export function judge(results) {
  return FLOORS.flatMap(([scenario, unit, read, floor, goal]) => {
    const result = results.find((one) => one.scenario === scenario);
    const value = result && read(Object.fromEntries(result.engines.map((engine) => [engine.name, engine])));
    if (!Number.isFinite(value)) return [];
    const verdict = reaches(value, goal) ? 'goal reached' : reaches(value, floor) ? 'floor reached' : 'FLOOR MISSED';
    const [least, wanted] = [Math.abs(floor), Math.abs(goal)].map((bound) => bound.toLocaleString('en'));
    return [`${scenario}: ${round(value)} ${unit}; floor ${least}, goal ${wanted}: ${verdict}`];
  });
}
