export function quantile(values, q) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(sorted.length * q) - 1)];
}

const FIGURES = ['stepsPerSecond', 'p50Ms', 'p99Ms', 'walBytesPerStep', 'pgCpuUsPerStep', 'nodeCpuUsPerStep'];

/**
 * Several rounds of one engine as one: the median of each figure by itself, and its least and greatest value. A figure
 * that the scenario or the engine does not have is null.
 */
export function summarise(name, rounds) {
  const extra = rounds.flatMap((round) => Object.keys(round)).filter((key) => key !== 'faults');
  const result = { name };
  const range = {};
  for (const figure of new Set([...FIGURES, ...extra])) {
    const values = rounds.map((round) => round[figure]).filter(Number.isFinite);
    result[figure] = values.length === 0 ? null : median(values);
    if (values.length > 1) range[figure] = [Math.min(...values), Math.max(...values)];
  }
  return { ...result, range, rounds: rounds.length, faults: rounds.flatMap((round) => round.faults) };
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
