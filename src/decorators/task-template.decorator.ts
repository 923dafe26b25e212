import { applyDecorators, Injectable, SetMetadata } from '@nestjs/common';
import type { TaskTemplateInput } from '@tasker/core';
import { TASK_TEMPLATE_METADATA } from '../tasker.constants';

/** A template without its steps: those are the members marked with `@Step`. @public */
export type TaskTemplateOptions = Omit<TaskTemplateInput, 'steps'>;

/**
 * Marks a class as a task template. Its members marked with `@Step` are the steps, in the order in which they are
 * written; the class must be a provider of some module.
 *
 * @example
 * ```ts
 * @TaskTemplate({ name: 'greet', version: '1.0.0' })
 * export class Greet {
 *   @Step({ handler: LookUp }) lookUp!: unknown;
 *
 *   @Step({ dependsOn: ['lookUp'], retryLimit: 5 })
 *   say({ parents }: StepContext): string {
 *     return `Hello ${String(parents['lookUp'])}`;
 *   }
 * }
 * ```
 * @public
 */
export function TaskTemplate(options: TaskTemplateOptions): ClassDecorator {
  return applyDecorators(Injectable(), SetMetadata(TASK_TEMPLATE_METADATA, options));
}
