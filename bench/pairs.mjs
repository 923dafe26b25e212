import { median } from './statistics.mjs';

/** Spending that is compared as one figure: work that moves from one process to the other is not saved. */
const withCpuPerStep = (round) => ({ ...round, cpuUsPerStep: round.pgCpuUsPerStep + round.nodeCpuUsPerStep });

const COMPARED = [
  ['stepsPerSecond', 'steps/s'],
  ['singlesPerSecond', '16 callers/s'],
  ['p50Ms', 'p50 ms'],
  ['p99Ms', 'p99 ms'],
  ['startP50Ms', 'start p50'],
  ['pgCpuUsPerStep', 'PG µs'],
  ['nodeCpuUsPerStep', 'Node µs'],
  ['cpuUsPerStep', 'PG + Node µs'],
  ['walBytesPerStep', 'WAL B'],
];

/**
 * The rounds of this checkout and of the other, each round a pair run one right after the other: what disturbs the
 * machine for longer than a run disturbs both alike.
 *
 * @returns per figure the median of the ratios now / before and the least and greatest; null when one of both did not run
 */
export function comparePairs(now, before, isPaced) {
  if (!now || !before) return null;
  const pairs = now.map((round, index) => [withCpuPerStep(round), withCpuPerStep(before[index])]);
  const compared = COMPARED.filter(([figure]) => !(isPaced && figure === 'stepsPerSecond'));
  return compared.flatMap(([figure, title]) => {
    const both = pairs.map(([a, b]) => [a[figure], b[figure]]).filter((values) => values.every(Number.isFinite));
    if (both.length === 0) return [];
    const ratios = both.map(([a, b]) => a / b);
    return {
      ...{ figure, title, pairs: both.length, ratio: median(ratios) },
      ...{ now: median(both.map(([a]) => a)), before: median(both.map(([, b]) => b)) },
      range: [Math.min(...ratios), Math.max(...ratios)],
    };
  });
}

const figure = (value) =>
  value >= 1_000 ? Math.round(value).toLocaleString('en') : value.toFixed(value < 100 ? 2 : 1);

/** For a terminal: a line per figure. */
export const pairLines = (compared) =>
  [
    `tasker / tasker-before, median of ${compared[0]?.pairs ?? 0} pairs [least–greatest]`,
    ...compared.map(
      ({ title, ratio, range, now, before }) =>
        `  ${title.padEnd(13)} ×${ratio.toFixed(3)} [${range.map((value) => value.toFixed(3)).join('–')}]` +
        `  ${figure(now)} / ${figure(before)}`,
    ),
  ].join('\n');
