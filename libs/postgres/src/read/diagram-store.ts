import { flowchart, TaskerError, type DiagramStep, type TaskTemplateDefinition } from '@tasker/core';
import type { ReadSession } from './read-session';
import type { StepInsightStore } from './step-insight-store';
import type { StepRow } from './step-row';
import type { TaskReadStore } from './task-read-store';

/** Which template to draw. @public */
export interface TemplateAddress {
  readonly namespace: string;
  readonly name: string;
  /** Default: the highest. */
  readonly version?: string;
}

/** $1 namespace, $2 name, $3 version or null. The newest revision of the version, or of the highest one. */
const FIND_DEFINITION = `select version, definition from tasker.task_templates
  where namespace = $1 and name = $2 and ($3::text is null or version = $3)
  order by string_to_array(version, '.')::int[] desc, revision desc limit 1`;

/** Graphs as Mermaid flowcharts. @public */
export class DiagramStore {
  constructor(
    private readonly session: ReadSession,
    private readonly tasks: TaskReadStore,
    private readonly steps: StepInsightStore,
  ) {}

  /**
   * A task with the states of its steps.
   *
   * @throws {TaskerError} TSK_TASK_NOT_FOUND
   */
  async task(taskId: string): Promise<string> {
    const rows = await this.steps.steps(taskId);
    const task = await this.tasks.summary(taskId);
    return flowchart(
      `${task?.name ?? 'task'} ${task?.version ?? ''}, task ${taskId}: ${task?.state ?? 'gone'}`,
      drawn(rows),
    );
  }

  /**
   * A template as it was registered last.
   *
   * @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND
   */
  async template({ namespace, name, version }: TemplateAddress): Promise<string> {
    const [found] = await this.session.rows<{ version: string; definition: TaskTemplateDefinition }>(FIND_DEFINITION, [
      ...[namespace, name, version ?? null],
    ]);
    if (!found) {
      const address = `${namespace}.${name}${version === undefined ? '' : `@${version}`}`;
      throw new TaskerError('TSK_TEMPLATE_NOT_FOUND', `There is no template ${address}.`);
    }
    const steps = found.definition.steps.map((step): DiagramStep => {
      const note = step.handler === step.name ? {} : { note: step.handler };
      return { name: step.name, parents: step.dependsOn, ...note };
    });
    return flowchart(`${namespace}.${name} ${found.version}`, steps);
  }
}

function drawn(rows: readonly StepRow[]): DiagramStep[] {
  const nameOf = new Map(rows.map(({ position, step }) => [position, step]));
  return rows.map((row) => ({
    name: row.step,
    parents: row.parentPositions.map((position) => nameOf.get(position) ?? ''),
    state: row.state,
    blocked: row.reason === 'blocked',
    note: noteOf(row),
  }));
}

function noteOf({ state, reason, attempt, retryLimit }: StepRow): string {
  const shown = reason === 'blocked' ? 'blocked' : state.replaceAll('_', ' ');
  return attempt > 1 || state === 'error' ? `${shown}, attempt ${attempt} of ${Math.max(retryLimit, attempt)}` : shown;
}
