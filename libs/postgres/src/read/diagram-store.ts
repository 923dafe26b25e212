import { flowchart, TaskerError, templateSteps, type DiagramStep } from '@tasker/core';
import type { TemplateAddress, TemplateCatalogue } from '../templates/template-catalogue';
import type { StepInsightStore } from './step-insight-store';
import type { StepRow } from './step-row';
import type { TaskReadStore } from './task-read-store';

/** Graphs as Mermaid flowcharts. @public */
export class DiagramStore {
  constructor(
    private readonly templates: TemplateCatalogue,
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
  async template(address: TemplateAddress): Promise<string> {
    const { namespace, name, version } = address;
    const found = await this.templates.find(address);
    if (!found) {
      const text = `${namespace}.${name}${version === undefined ? '' : `@${version}`}`;
      throw new TaskerError('TSK_TEMPLATE_NOT_FOUND', `There is no template ${text}.`);
    }
    return flowchart(`${namespace}.${name} ${found.version}`, templateSteps(found.definition));
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
