import type { Parallelism } from './graph-views';
import type { StepRow } from './step-row';

/** When an attempt ran, milliseconds since the first start. @internal */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** How far the steps ran at the same time. @internal */
export function parallelism(
  rows: readonly StepRow[],
  levelOf: ReadonlyMap<number, number>,
  spans: readonly Span[],
): Parallelism {
  const levels: { -readonly [K in keyof Parallelism['levels'][number]]: number }[] = [];
  for (const row of rows) {
    const level = levelOf.get(row.position) ?? 0;
    const counts = (levels[level] ??= emptyLevel(level));
    counts.steps++;
    if (row.state === 'ready') counts.ready++;
    if (row.state === 'in_progress') counts.running++;
    if (row.reason === 'blocked') counts.blocked++;
    if (row.state === 'error') counts.failed++;
    if (row.state === 'complete' || row.state === 'skipped' || row.state === 'resolved_manually') counts.satisfied++;
  }
  return {
    ...{ totalSteps: rows.length, levels, widestLevel: Math.max(0, ...levels.map(({ steps }) => steps)) },
    running: rows.filter(({ state }) => state === 'in_progress').length,
    ...overlap(spans),
  };
}

const emptyLevel = (level: number) => ({ level, steps: 0, ready: 0, running: 0, blocked: 0, failed: 0, satisfied: 0 });

/** Starts and ends in order of time; at the same instant ends come first: a step that follows another is not beside it. */
function overlap(spans: readonly Span[]): Pick<Parallelism, 'peakRunning' | 'averageRunning'> {
  const moves = spans.flatMap(({ from, to }) => [
    { at: from, by: 1 },
    { at: to, by: -1 },
  ]);
  moves.sort((a, b) => a.at - b.at || a.by - b.by);
  let [now, peak, busyMs, workMs, last] = [0, 0, 0, 0, 0];
  for (const { at, by } of moves) {
    if (now > 0) {
      busyMs += at - last;
      workMs += now * (at - last);
    }
    last = at;
    now += by;
    peak = Math.max(peak, now);
  }
  // Attempts shorter than the clock can tell leave nothing to divide by.
  return { peakRunning: peak, averageRunning: spans.length === 0 ? null : busyMs > 0 ? workMs / busyMs : 1 };
}
