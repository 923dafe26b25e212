import type { Bottleneck } from './analytics-views';
import { spell } from './spell';

const MANY_FAILURES = 0.1;
const LONG_WAIT_MS = 1_000;
const BIG_SHARE = 0.5;

/**
 * What the figures of a step say, worst first; none: nothing stands out.
 *
 * @internal
 */
export function bottleneckFindings(step: Omit<Bottleneck, 'findings'>): string[] {
  const { attempts, failedAttempts, totalMs, averageWaitMs, share, dependents } = step;
  const average = totalMs / Math.max(1, attempts);
  const findings: string[] = [];
  if (failedAttempts / Math.max(1, attempts) >= MANY_FAILURES) {
    findings.push(`${percent(failedAttempts / attempts)} of its attempts fail: look at its failure groups.`);
  }
  if (averageWaitMs >= LONG_WAIT_MS && averageWaitMs > average) {
    findings.push(
      `It waits ${spell(averageWaitMs)} in the queue and runs ${spell(average)}: its lane needs more workers.`,
    );
  }
  if (share >= BIG_SHARE) findings.push(`${percent(share)} of all running time is spent in it.`);
  if (dependents > 0 && step.p95Ms !== null && step.p95Ms > 10 * average && attempts >= 20) {
    findings.push(`One attempt in twenty takes ${spell(step.p95Ms)}, and ${dependents} steps wait for it.`);
  }
  return findings;
}

const percent = (share: number): string => `${Math.round(share * 100)} %`;
