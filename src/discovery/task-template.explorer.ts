import { Injectable } from '@nestjs/common';
import { kindOf, type Fault, type TaskTemplateInput } from '@tasker/core';
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
        faults.push(...memberFaults(step, `${found.type.name}.${step.member}`, handler !== undefined));
        const handlerName = typeof handler === 'object' ? handler.name : handler;
        return { ...settings, name: stepName, handler: handlerName };
      });
      return { origin: found.type.name, input: { ...found.metadata, steps } };
    });
    return { templates, handlers, faults };
  }
}

/** A method is the handler of its step; a property names one, unless the engine decides the step. */
function memberFaults({ isMethod, options }: DeclaredStep, path: string, hasHandler: boolean): Fault[] {
  const isDecided = kindOf(options) !== 'handler';
  if (isMethod && options.handler !== undefined) return [{ path, message: 'is a method and has "handler" too' }];
  if (isMethod && isDecided) return [{ path, message: 'is a method, and the engine itself decides such a step' }];
  if (hasHandler || isDecided) return [];
  return [{ path, message: 'needs "handler": the name of a step handler, or its class' }];
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
