import { isTaskId, TaskerError } from '@tasker/core';
import type { ExecutionContext } from './context-views';
import { errorChains, type LastFailure } from './error-chains';
import type { BlastRadius, CriticalPath, CriticalStep, DependencyLevel, ErrorChain, Parallelism } from './graph-views';
import { parallelism, type Span } from './parallelism';
import type { Session } from '../database/session';
import type { StepReadiness } from './readiness-views';
import { StepGraph } from './step-graph';
import type { StepRow } from './step-row';
import {
  ATTEMPT_SPANS,
  CRITICAL_PATH,
  ELAPSED,
  EXECUTION_CONTEXT,
  LAST_FAILURES,
  LEVELS,
  READINESS,
} from './step-statements';
import { toReadiness } from './wait-reason';
import { waitsOf } from './waiting-for';

/**
 * How one task stands, step by step. Each method throws TSK_TASK_NOT_FOUND when there is no such task.
 *
 * @public
 */
export class StepInsightStore {
  constructor(private readonly session: Session) {}

  /** Every step, in the order of the template, and why it does not run. */
  async readiness(taskId: string): Promise<StepReadiness[]> {
    const now = new Date();
    return (await this.steps(taskId)).map((row) => toReadiness(row, now));
  }

  /** The task in numbers. */
  async executionContext(taskId: string): Promise<ExecutionContext> {
    const [row] = await this.session.rows<ExecutionContext>(EXECUTION_CONTEXT, [known(taskId)]);
    return row ?? unknownTask(taskId);
  }

  /** Steps by their longest way from a root, roots first. */
  async levels(taskId: string): Promise<DependencyLevel[]> {
    const rows = new Map((await this.steps(taskId)).map((row) => [row.position, row]));
    const levels: { level: number; steps: { step: string; state: StepRow['state'] }[] }[] = [];
    for (const { position, level } of await this.levelRows(taskId)) {
      const row = rows.get(position);
      if (row) (levels[level] ??= { level, steps: [] }).steps.push({ step: row.step, state: row.state });
    }
    return levels;
  }

  /** The chain of dependent steps that took longest. */
  async criticalPath(taskId: string): Promise<CriticalPath> {
    const stateOf = new Map((await this.steps(taskId)).map(({ position, state }) => [position, state]));
    const found = await this.session.rows<Omit<CriticalStep, 'state'> & { position: number }>(CRITICAL_PATH, [taskId]);
    const [elapsed] = await this.session.rows<{ elapsedMs: number }>(ELAPSED, [taskId]);
    const steps = found.map(
      ({ position, ...step }) => ({ ...step, state: stateOf.get(position) ?? 'pending' }) as const,
    );
    const durationMs = steps.reduce((sum, step) => sum + step.durationMs + step.waitedMs, 0);
    return { steps, durationMs, elapsedMs: elapsed?.elapsedMs ?? durationMs };
  }

  /** What failed or waits for a retry, and what each holds up; what holds up most first. */
  async errorChains(taskId: string): Promise<ErrorChain[]> {
    const rows = await this.steps(taskId);
    const failures = await this.session.rows<LastFailure>(LAST_FAILURES, [taskId]);
    return errorChains(rows, new StepGraph(rows), new Map(failures.map((failure) => [failure.position, failure])));
  }

  /**
   * What depends on a step, near or far.
   *
   * @throws {TaskerError} TSK_STEP_NOT_FOUND with `data.steps`
   */
  async blastRadius(taskId: string, step: string): Promise<BlastRadius> {
    const rows = await this.steps(taskId);
    const start = rows.find((row) => row.step === step);
    if (!start) {
      throw new TaskerError('TSK_STEP_NOT_FOUND', `Task ${taskId} has no step "${step}".`, {
        data: { taskId, steps: rows.map((row) => row.step) },
      });
    }
    const levelOf = new Map((await this.levelRows(taskId)).map(({ position, level }) => [position, level]));
    const graph = new StepGraph(rows);
    const all = graph.descendants(start.position);
    return {
      step,
      direct: graph.dependents(start.position).map((row) => row.step),
      all: all.map((row) => ({ step: row.step, state: row.state, level: levelOf.get(row.position) ?? 0 })),
      unfinished: all.filter((row) => row.reason !== 'finished').length,
      share: all.length / rows.length,
      siblings: graph.siblings(start).map((row) => row.step),
    };
  }

  /** How far the steps run, and ran, at the same time. */
  async parallelism(taskId: string): Promise<Parallelism> {
    const rows = await this.steps(taskId);
    const levelOf = new Map((await this.levelRows(taskId)).map(({ position, level }) => [position, level]));
    return parallelism(rows, levelOf, await this.session.rows<Span>(ATTEMPT_SPANS, [taskId]));
  }

  /** Every step as the database sees it, by position. @internal */
  async steps(taskId: string): Promise<StepRow[]> {
    const rows = await this.session.rows<StepRow>(READINESS, [known(taskId)]);
    if (rows.length === 0) return unknownTask(taskId);
    if (rows.every(({ reason }) => reason !== 'waiting')) return rows;
    const waits = await waitsOf(this.session, taskId);
    return rows.map((row) => ({
      ...row,
      ...(waits.has(row.position) && { waitingFor: waits.get(row.position) }),
    })) as StepRow[];
  }

  private levelRows(taskId: string): Promise<{ position: number; level: number }[]> {
    return this.session.rows(LEVELS, [taskId]);
  }
}

const known = (taskId: string): string => (isTaskId(taskId) ? taskId : unknownTask(taskId));

function unknownTask(taskId: string): never {
  throw new TaskerError('TSK_TASK_NOT_FOUND', `There is no task ${taskId}.`, { data: { taskId } });
}
