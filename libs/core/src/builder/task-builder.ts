import type { StepHandler } from '../handler/step-handler';
import type { RunIf, TaskTemplateDefinition } from '../rules/template/definition';
import { kindOf } from '../rules/template/step-kind';
import { resolveHandlerName, type HandlerClass } from '../handler/handler-name';
import { normaliseTemplate, type StepTemplateInput, type TaskTemplateInput } from '../rules/template/step-defaults';
import type { BuiltContext, InlineContext, Managed } from './built-context';
import type { NoOtherKeys, StepOptions, SwitchOptions, WaitOptions, WayToWait } from './step-options';
import type {
  Above,
  Choices,
  HandlerFor,
  HandlerOutput,
  LeftOut,
  NewStep,
  StepResult,
  StoredAs,
  WaitResult,
  WithAllChosen,
} from './task-types';

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

/**
 * Adds steps one by one. Every call answers with a new builder and leaves this one as it was.
 *
 * @typeParam TLeft names of steps that a branch may leave out
 * @typeParam TChoices by step that chooses: names of those it chooses among
 * @public
 */
export class TaskBuilder<
  TContext,
  TResults extends object,
  TAbove extends object = object,
  TLeft extends string = never,
  TChoices extends object = object,
> {
  constructor(
    private readonly options: DefineTaskOptions,
    private readonly steps: readonly StepTemplateInput[],
    private readonly inlineHandlers: ReadonlyMap<string, StepHandler['process']>,
  ) {}

  /**
   * Adds a step whose work is a function.
   *
   * @param name not yet used in this template; one that the parent chooses among, when it chooses
   */
  step<
    const TName extends string,
    TResult,
    TParent extends keyof TResults & string = never,
    TSkip extends boolean = false,
    TWhen extends string = never,
    TRunIf extends RunIf = 'any',
    const TChoice extends string = never,
    TTransactional extends boolean = false,
  >(
    name: NewStep<TName, TResults, TParent, TChoices>,
    options: StepOptions<TParent, TSkip, TWhen, TRunIf, TChoice, TTransactional> & {
      readonly process: (
        step: InlineContext<TContext, TResults, TAbove, TParent, TLeft, TRunIf, NoInfer<TChoice>> &
          Managed<TTransactional>,
      ) => TResult;
      readonly handler?: never;
    },
  ): TaskBuilder<
    TContext,
    TResults & StepResult<TName, StoredAs<Awaited<TResult>>, TSkip>,
    TAbove & Above<TName, TAbove, TParent>,
    TLeft | LeftOut<TName, TParent, TLeft, TChoices, TWhen, TRunIf>,
    TChoices & Choices<TName, TChoice>
  >;

  /**
   * Adds a step whose work is a handler: a class, whose `process` has to accept this context and these parents, or the
   * name of one, whose result is unknown.
   *
   * @param name not yet used in this template; one that the parent chooses among, when it chooses
   */
  step<
    const TName extends string,
    THandler extends string | HandlerClass,
    TParent extends keyof TResults & string = never,
    TSkip extends boolean = false,
    TWhen extends string = never,
    TRunIf extends RunIf = 'any',
    const TChoice extends string = never,
    TTransactional extends boolean = false,
  >(
    name: NewStep<TName, TResults, TParent, TChoices>,
    options: StepOptions<TParent, TSkip, TWhen, TRunIf, TChoice, TTransactional> & {
      readonly handler: THandler &
        HandlerFor<
          THandler,
          BuiltContext<TContext, TResults, TAbove, TParent, TLeft, TRunIf> & Managed<TTransactional>
        >;
      readonly process?: never;
    },
  ): TaskBuilder<
    TContext,
    TResults & StepResult<TName, HandlerOutput<THandler>, TSkip>,
    TAbove & Above<TName, TAbove, TParent>,
    TLeft | LeftOut<TName, TParent, TLeft, TChoices, TWhen, TRunIf>,
    TChoices & Choices<TName, TChoice>
  >;

  /**
   * Adds a step that waits, without a handler and without a worker: for a time, for signals, or for people to decide.
   *
   * @param name not yet used in this template; one that the parent chooses among, when it chooses
   */
  step<
    const TName extends string,
    const TWait extends WayToWait,
    TParent extends keyof TResults & string = never,
    TSkip extends boolean = false,
    TWhen extends string = never,
    TRunIf extends RunIf = 'any',
  >(
    name: NewStep<TName, TResults, TParent, TChoices>,
    options: WaitOptions<TParent, TSkip, TWhen, TRunIf> & TWait & NoOtherKeys<TWait>,
  ): TaskBuilder<
    TContext,
    TResults & StepResult<TName, WaitResult<TWait>, TSkip>,
    TAbove & Above<TName, TAbove, TParent>,
    TLeft | LeftOut<TName, TParent, TLeft, TChoices, TWhen, TRunIf>,
    TChoices
  >;

  step(
    name: string,
    { handler, process, ...options }: Partial<WayToWait> & { handler?: string | HandlerClass; process?: unknown },
  ): object {
    if (kindOf(options) !== 'handler') {
      return new TaskBuilder(this.options, [...this.steps, { ...options, name }], this.inlineHandlers);
    }
    const { namespace = 'default', name: template } = this.options;
    const inlineName = `${namespace}.${template}.${name}`;
    const handlerName = typeof handler === 'function' ? resolveHandlerName(handler) : (handler ?? inlineName);
    const steps = [...this.steps, { ...options, name, handler: handlerName }];
    if (typeof process !== 'function') return new TaskBuilder(this.options, steps, this.inlineHandlers);
    const inline = new Map(this.inlineHandlers).set(handlerName, process as StepHandler['process']);
    return new TaskBuilder(this.options, steps, inline);
  }

  /**
   * Adds a step that the engine decides: of the steps named in its cases, those of the first case that holds run, the
   * others are left out. Each of them is added later, with this step as its only parent.
   *
   * @param name not yet used in this template; one that the parent chooses among, when it chooses
   */
  switch<
    const TName extends string,
    const TChoice extends string,
    TParent extends keyof TResults & string = never,
    TWhen extends string = never,
    TRunIf extends RunIf = 'any',
  >(
    name: NewStep<TName, TResults, TParent, TChoices>,
    { cases, ...options }: SwitchOptions<TParent, TWhen, TRunIf, TChoice>,
  ): TaskBuilder<
    TContext,
    TResults & StepResult<TName, { readonly chosen: readonly TChoice[] }, false>,
    TAbove & Above<TName, TAbove, TParent>,
    TLeft | LeftOut<TName, TParent, TLeft, TChoices, TWhen, TRunIf>,
    TChoices & Choices<TName, TChoice>
  > {
    const steps = [...this.steps, { ...options, name, switch: cases }];
    return new TaskBuilder(this.options, steps, this.inlineHandlers);
  }

  /**
   * The template with all defaults filled in. It is checked where it is registered, together with all others. Every step
   * that is chosen somewhere has to be there.
   */
  build(
    this: WithAllChosen<TaskBuilder<TContext, TResults, TAbove, TLeft, TChoices>, TResults, TChoices>,
  ): DefinedTask<TContext, { [K in keyof TResults]: TResults[K] }>;
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
