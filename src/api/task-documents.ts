import { Injectable } from '@nestjs/common';
import { DataMask } from '@tasker/core';
import type { TaskAnnotation } from '@tasker/postgres';
import { TaskOperator } from '../operator/task-operator';
import { TaskerService } from '../tasker.service';
import { maskedTask } from './masked-task';
import type { StepDetail, TaskDetail, TaskHistory } from '../tasks/task-views';

/** The parts of a task that callers may ask for. @internal */
export const TASK_PARTS = ['steps', 'dependencies', 'transitions', 'annotations'] as const;

/** One of them. @internal */
export type TaskPart = (typeof TASK_PARTS)[number];

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
    private readonly tasker: TaskerService,
    private readonly operator: TaskOperator,
    private readonly mask: DataMask,
  ) {}

  /** @throws {TaskerError} TSK_TASK_NOT_FOUND */
  async show(id: string, include: readonly TaskPart[]): Promise<TaskDocument> {
    const wants = (part: TaskPart): boolean => include.includes(part);
    const { steps, ...task } = maskedTask(this.mask, await this.tasker.get(id));
    return {
      ...task,
      ...(wants('steps') && { steps }),
      ...(wants('dependencies') && { dependencies: dependenciesOf(steps) }),
      ...(wants('transitions') && { transitions: await this.tasker.history(id) }),
      ...(wants('annotations') && { annotations: await this.operator.annotations(id) }),
    };
  }
}

const dependenciesOf = (steps: readonly StepDetail[]): { from: string; to: string }[] =>
  steps.flatMap(({ name, parents }) => parents.map((parent) => ({ from: parent, to: name })));
