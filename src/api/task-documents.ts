import { Injectable } from '@nestjs/common';
import type { Permission } from '@tasker/core';
import type { TaskAnnotation } from '@tasker/postgres';
import type { Principal } from '../access/access-policy';
import { assertPermissions } from '../access/check-access';
import { TaskOperator } from '../operator/task-operator';
import { ScopedTasks } from './scoped-tasks';
import type { StepDetail, TaskDetail, TaskHistory } from '../tasks/task-views';

/** The parts of a task that callers may ask for. @internal */
export const TASK_PARTS = ['steps', 'dependencies', 'transitions', 'annotations'] as const;

/** One of them. @internal */
export type TaskPart = (typeof TASK_PARTS)[number];

/** Parts that are lists of their own elsewhere, and ask for the same here. */
const PERMISSION_OF: Readonly<Partial<Record<TaskPart, Permission>>> = { steps: 'tasker.workflow_step:index' };

/** A task with the parts that were asked for. @internal */
export interface TaskDocument extends Omit<TaskDetail, 'steps'> {
  readonly steps?: readonly StepDetail[];
  readonly dependencies?: readonly { readonly from: string; readonly to: string }[];
  readonly transitions?: TaskHistory;
  readonly annotations?: readonly TaskAnnotation[];
}

/** Puts together the parts of a task that a caller asks for. @internal */
@Injectable()
export class TaskDocuments {
  constructor(
    private readonly tasks: ScopedTasks,
    private readonly operator: TaskOperator,
  ) {}

  /** @throws {TaskerError} TSK_TASK_NOT_FOUND; TSK_FORBIDDEN for a part that the caller may not see */
  async show(caller: Principal, id: string, include: readonly TaskPart[]): Promise<TaskDocument> {
    assertPermissions(
      caller,
      include.flatMap((part) => PERMISSION_OF[part] ?? []),
    );
    const wants = (part: TaskPart): boolean => include.includes(part);
    const { steps, ...task } = await this.tasks.get(caller, id);
    return {
      ...task,
      ...(wants('steps') && { steps }),
      ...(wants('dependencies') && { dependencies: dependenciesOf(steps) }),
      ...(wants('transitions') && { transitions: await this.tasks.history(caller, id) }),
      ...(wants('annotations') && { annotations: await this.operator.annotations(id) }),
    };
  }
}

const dependenciesOf = (steps: readonly StepDetail[]): { from: string; to: string }[] =>
  steps.flatMap(({ name, parents }) => parents.map((parent) => ({ from: parent, to: name })));
