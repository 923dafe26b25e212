import { applyDecorators, Injectable, SetMetadata, type Scope } from '@nestjs/common';
import type { StepHandler as StepHandlerContract } from '@tasker/core';
import { STEP_HANDLER_METADATA, STEP_HANDLER_PARAMS_METADATA } from '../tasker.constants';

/** What `@StepHandler` may be told. @public */
export interface StepHandlerOptions {
  /** Name that templates use. Default the name of the class. */
  readonly name?: string;
  /** `Scope.REQUEST` makes one instance per attempt; it can inject the step context as `REQUEST`. Default one per app. */
  readonly scope?: Scope;
  /** Steps it asks `resultOf` for: a template that does not run them before a step of this handler is a fault at boot. */
  readonly resultsOf?: readonly string[];
}

/**
 * A step's work; the same name marks the class.
 *
 * @see {@link StepHandlerContract}
 * @public
 */
export type StepHandler<
  TContext = unknown,
  TOutput = unknown,
  TParents = Record<string, unknown>,
  TEarlier = Record<string, unknown>,
> = StepHandlerContract<TContext, TOutput, TParents, TEarlier>;

/**
 * Marks a class as the handler of the steps that name it. Being a provider of any module is then enough; `@Injectable`
 * is applied too.
 *
 * @example
 * ```ts
 * @StepHandler('validate_order')
 * export class ValidateOrder implements StepHandler<{ items: string[] }, { count: number }> {
 *   process({ task }: StepContext<{ items: string[] }>): { count: number } {
 *     return { count: task.context.items.length };
 *   }
 * }
 * ```
 * @public
 */
export function StepHandler(nameOrOptions: string | StepHandlerOptions = {}): ClassDecorator {
  const options = typeof nameOrOptions === 'string' ? { name: nameOrOptions } : nameOrOptions;
  return (target) => {
    applyDecorators(
      Injectable(options.scope === undefined ? {} : { scope: options.scope }),
      SetMetadata(STEP_HANDLER_METADATA, { name: options.name ?? target.name, resultsOf: options.resultsOf ?? [] }),
    )(target);
    declareStepParameter(target.prototype as object, 'process');
  };
}

/**
 * Tells Nest that the method takes the step context as its first parameter: without it pipes would have nothing to
 * work on.
 *
 * @internal
 */
export function declareStepParameter(prototype: object, method: string): void {
  const parameter = { '0:0': { index: 0, data: undefined, pipes: [] } };
  Reflect.defineMetadata(STEP_HANDLER_PARAMS_METADATA, parameter, prototype.constructor, method);
}
