import type { Type } from '@nestjs/common';
import type { StepHandler, StepTemplateInput } from '@tasker/core';
import { STEPS_METADATA } from '../tasker.constants';
import { declareStepParameter } from './step-handler.decorator';

/** A step of a class marked with `@TaskTemplate`. @public */
export interface StepOptions extends Omit<StepTemplateInput, 'name' | 'handler'> {
  /** Default the name of the member. */
  readonly name?: string;
  /**
   * Class or name of the step handler. Required on a property, unless the engine decides the step; forbidden on a method,
   * which is the handler itself.
   */
  readonly handler?: string | Type<StepHandler<never, unknown, never, never>>;
}

/** A step as its member declares it. @internal */
export interface DeclaredStep {
  readonly member: string;
  readonly isMethod: boolean;
  readonly options: StepOptions;
}

/**
 * Declares a step of a task template: on a property with `handler`, or on the method that does the step's work.
 *
 * @public
 */
export function Step(options: StepOptions = {}): PropertyDecorator & MethodDecorator {
  return (target: object, member: string | symbol, descriptor?: PropertyDescriptor) => {
    const isMethod = typeof descriptor?.value === 'function';
    const declared: DeclaredStep = { member: String(member), isMethod, options };
    // A copy: the list of a base class must not grow by the steps of its subclasses.
    const inherited = (Reflect.getMetadata(STEPS_METADATA, target.constructor) as DeclaredStep[] | undefined) ?? [];
    const others = inherited.filter((step) => step.member !== declared.member);
    Reflect.defineMetadata(STEPS_METADATA, [...others, declared], target.constructor);
    if (isMethod) declareStepParameter(target, declared.member);
  };
}
