import { Injectable } from '@nestjs/common';
import type { Fault, TaskTemplateInput } from '@tasker/core';
import type { DeclaredStep, StepOptions } from '../decorators/step.decorator';
import type { TaskTemplateOptions } from '../decorators/task-template.decorator';
import { STEP_HANDLER_METADATA, STEPS_METADATA, TASK_TEMPLATE_METADATA } from '../tasker.constants';
import type { HandlerSource } from './handler-source';
import { ProviderScan, type DecoratedProvider } from './provider-scan';

/** A template found on a class. @internal */
export interface DeclaredTemplate {
  /** Name of the class, for messages. */
  readonly origin: string;
  readonly input: TaskTemplateInput;
}

/** Finds the providers marked with `@TaskTemplate` and the methods that are their steps' handlers. @internal */
@Injectable()
export class TaskTemplateExplorer {
  constructor(private readonly scan: ProviderScan) {}

  /** Sorted by class name. */
  explore(): { templates: DeclaredTemplate[]; handlers: HandlerSource[]; faults: Fault[] } {
    const faults: Fault[] = [];
    const handlers: HandlerSource[] = [];
    const templates = this.scan.decorated<TaskTemplateOptions>(TASK_TEMPLATE_METADATA).map((found) => {
      const declared = (Reflect.getMetadata(STEPS_METADATA, found.type) as DeclaredStep[] | undefined) ?? [];
      const steps = declared.map((step) => {
        const { name, ...settings } = step.options;
        const stepName = name ?? step.member;
        const handler = step.isMethod ? methodHandler(found, step, stepName) : namedHandler(step.options);
        if (typeof handler === 'object') handlers.push(handler);
        const path = `${found.type.name}.${step.member}`;
        if (handler === undefined)
          faults.push({ path, message: 'needs "handler": the name of a step handler, or its class' });
        if (step.isMethod && step.options.handler !== undefined)
          faults.push({ path, message: 'is a method and has "handler" too' });
        const handlerName = typeof handler === 'object' ? handler.name : (handler ?? stepName);
        return { ...settings, name: stepName, handler: handlerName };
      });
      return { origin: found.type.name, input: { ...found.metadata, steps } };
    });
    return { templates, handlers, faults };
  }
}

function methodHandler(
  { type, metadata, wrapper }: DecoratedProvider<TaskTemplateOptions>,
  step: DeclaredStep,
  name: string,
): HandlerSource {
  const handlerName = `${metadata.namespace ?? 'default'}.${metadata.name}.${name}`;
  return { name: handlerName, label: `${type.name}.${step.member}`, wrapper, method: step.member, resultsOf: [] };
}

function namedHandler({ handler }: StepOptions): string | undefined {
  if (typeof handler !== 'function') return handler;
  return (Reflect.getOwnMetadata(STEP_HANDLER_METADATA, handler) as { name: string } | undefined)?.name;
}
