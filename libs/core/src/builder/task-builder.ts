import type { StepContext, TransactionalStepContext } from '../handler/step-context';
import type { StepHandler } from '../handler/step-handler';
import type { TaskTemplateDefinition } from '../rules/template/definition';
import { resolveHandlerName, type HandlerClass } from '../handler/handler-name';
import { normaliseTemplate, type StepTemplateInput, type TaskTemplateInput } from '../rules/template/step-defaults';
import type { Jsonify } from './jsonify';
import type { Ancestor, HandlerFor, HandlerOutput, NewStep, ParentResults, StepResult, StoredAs } from './task-types';

/** A template with the types of its context and of its steps' results. @public */
export interface DefinedTask<TContext = unknown, TResults = unknown> {
  readonly definition: TaskTemplateDefinition;
  /** The same as it was written, for whoever has other defaults. */
  readonly input: TaskTemplateInput;
  /** Functions given to `process`, by the handler name made for them: `namespace.template.step`. */
  readonly inlineHandlers: ReadonlyMap<string, StepHandler['process']>;
  /** For the compiler only; never set. */
  readonly types?: { readonly context: TContext; readonly results: TResults };
}

/** What `defineTask` takes: a template without its steps. @public */
export type DefineTaskOptions = Omit<TaskTemplateInput, 'steps'>;

/** Options of a step besides what runs it. @public */
export interface StepOptions<
  TParent extends string,
  TSkippable extends boolean,
  TTransactional extends boolean = boolean,
> extends Omit<StepTemplateInput, 'name' | 'handler' | 'dependsOn' | 'skippable' | 'transactional'> {
  /** Earlier steps whose results this one needs. */
  readonly dependsOn?: readonly TParent[];
  /** True: a request may bypass the step; dependents then see null instead of its result. Default false. */
  readonly skippable?: TSkippable;
  /**
   * True: the handler writes with `step.manager` in the transaction that records its outcome, so that both happen or neither.
   * Default false.
   */
  readonly transactional?: TTransactional;
}

/** What a step of this builder receives: the compiler knows its parents, and every step above them for `resultOf`. */
type BuiltContext<
  TContext,
  TResults,
  TAbove,
  TParent extends keyof TResults & string,
  TTransactional extends boolean,
> = ContextOf<
  Jsonify<TContext>,
  ParentResults<TResults, TParent>,
  ParentResults<TResults, Ancestor<TAbove, TParent> & keyof TResults>,
  TTransactional
>;

/** Only transactional steps have a manager. */
type ContextOf<TContext, TParents, TEarlier, TTransactional extends boolean> = TTransactional extends true
  ? TransactionalStepContext<TContext, TParents, TEarlier>
  : StepContext<TContext, TParents, TEarlier>;

/** The names a new step runs after, under its own. */
type Above<TName extends string, TAbove, TParent extends string> = {
  readonly [K in TName]: Ancestor<TAbove, TParent>;
};

/** Adds steps one by one. Every call answers with a new builder and leaves this one as it was. @public */
export class TaskBuilder<TContext, TResults extends object, TAbove extends object = object> {
  constructor(
    private readonly options: DefineTaskOptions,
    private readonly steps: readonly StepTemplateInput[],
    private readonly inlineHandlers: ReadonlyMap<string, StepHandler['process']>,
  ) {}

  /**
   * Adds a step whose work is a function.
   *
   * @param name not yet used in this template
   */
  step<
    const TName extends string,
    TResult,
    TParent extends keyof TResults & string = never,
    TSkip extends boolean = false,
    TTransactional extends boolean = false,
  >(
    name: NewStep<TName, TResults>,
    options: StepOptions<TParent, TSkip, TTransactional> & {
      readonly process: (step: BuiltContext<TContext, TResults, TAbove, TParent, TTransactional>) => TResult;
      readonly handler?: never;
    },
  ): TaskBuilder<
    TContext,
    TResults & StepResult<TName, StoredAs<Awaited<TResult>>, TSkip>,
    TAbove & Above<TName, TAbove, TParent>
  >;

  /**
   * Adds a step whose work is a handler: a class, whose `process` has to accept this context and these parents, or the
   * name of one, whose result is unknown.
   *
   * @param name not yet used in this template
   */
  step<
    const TName extends string,
    THandler extends string | HandlerClass,
    TParent extends keyof TResults & string = never,
    TSkip extends boolean = false,
    TTransactional extends boolean = false,
  >(
    name: NewStep<TName, TResults>,
    options: StepOptions<TParent, TSkip, TTransactional> & {
      readonly handler: THandler &
        HandlerFor<THandler, BuiltContext<TContext, TResults, TAbove, TParent, TTransactional>>;
      readonly process?: never;
    },
  ): TaskBuilder<
    TContext,
    TResults & StepResult<TName, HandlerOutput<THandler>, TSkip>,
    TAbove & Above<TName, TAbove, TParent>
  >;

  step(
    name: string,
    {
      handler,
      process,
      ...options
    }: StepOptions<string, boolean> & { handler?: string | HandlerClass; process?: unknown },
  ): object {
    const { namespace = 'default', name: template } = this.options;
    const inlineName = `${namespace}.${template}.${name}`;
    const handlerName = typeof handler === 'function' ? resolveHandlerName(handler) : (handler ?? inlineName);
    const steps = [...this.steps, { ...options, name, handler: handlerName }];
    if (typeof process !== 'function') return new TaskBuilder(this.options, steps, this.inlineHandlers);
    const inline = new Map(this.inlineHandlers).set(handlerName, process as StepHandler['process']);
    return new TaskBuilder(this.options, steps, inline);
  }

  /** The template with all defaults filled in. It is checked where it is registered, together with all others. */
  build(): DefinedTask<TContext, { [K in keyof TResults]: TResults[K] }> {
    const input = { ...this.options, steps: this.steps };
    const definition = normaliseTemplate(input);
    return { definition, input, inlineHandlers: this.inlineHandlers };
  }
}

/**
 * Starts a template in TypeScript. The compiler knows the results of every step's declared parents and refuses
 * unknown parents, forward references, repeated names, and handlers that need another context or other parents.
 *
 * @typeParam TContext shape of the context
 * @example
 * ```ts
 * const order = defineTask<{ orderId: string }>({ name: 'order' })
 *   .step('charge', { process: async (step) => ({ receipt: `r-${step.task.context.orderId}` }), retryLimit: 5 })
 *   .step('confirm', { dependsOn: ['charge'], process: (step) => step.parents.charge.receipt })
 *   .build();
 * ```
 * @public
 */
export const defineTask = <TContext = Record<string, unknown>>(
  options: DefineTaskOptions,
): TaskBuilder<TContext, object> => new TaskBuilder<TContext, object>(options, [], new Map());
