import type { HandlerClass } from '../handler/handler-name';
import type { StepChoice } from '../handler/step-choice';
import type { StepContext } from '../handler/step-context';
import type { RunIf } from '../rules/template/definition';
import type { Jsonify } from './jsonify';

/** What dependents read when a handler returned T: its JSON, in which nothing returned is null; of a choice its result. @public */
export type StoredAs<T> = unknown extends T
  ? T
  : T extends StepChoice<infer TResult>
    ? StoredAs<TResult>
    : T extends void | undefined
      ? null
      : Jsonify<T>;

/** The result of a step under its name; null besides when a request may bypass the step. @public */
export type StepResult<TName extends string, TResult, TSkippable extends boolean> = {
  readonly [K in TName]: TSkippable extends false ? TResult : TResult | null;
};

/**
 * Results of the declared parents; null besides where a branch may have left out one of them and the step runs all the
 * same: because it has other parents, or runs always.
 *
 * @public
 */
export type ParentResults<
  TResults,
  TParent extends keyof TResults,
  TLeft extends string = never,
  TRunIf extends RunIf = 'any',
> = { readonly [K in TParent]: TResults[K] | (K extends TLeft ? NullUnless<TParent, TRunIf> : never) };

type NullUnless<TParent, TRunIf extends RunIf> = TRunIf extends 'always'
  ? null
  : TRunIf extends 'all'
    ? never
    : IsOne<TParent> extends true
      ? never
      : null;

/** True for one name, false for several and for none. */
type IsOne<T, U = T> = [T] extends [never] ? false : T extends unknown ? ([U] extends [T] ? true : false) : never;

/** Names of all steps that have finished before one with these parents, by what each of those runs after. @public */
export type Ancestor<TAbove, TParent extends string> =
  TParent | (TParent extends keyof TAbove ? TAbove[TParent] : never);

/** The names a new step runs after, under its own. @public */
export type Above<TName extends string, TAbove, TParent extends string> = {
  readonly [K in TName]: Ancestor<TAbove, TParent>;
};

/**
 * A name that no earlier step has, and that a parent which chooses among its dependents has named; such a parent is the
 * only one.
 *
 * @public
 */
export type NewStep<
  TName extends string,
  TResults,
  TParent extends string = never,
  TChoices = object,
> = TName extends keyof TResults
  ? `step "${TName}" exists already`
  : [TParent & keyof TChoices] extends [never]
    ? TName
    : IsOne<TParent> extends true
      ? TName extends TChoices[TParent & keyof TChoices]
        ? TName
        : `step "${TParent}" does not choose "${TName}"`
      : `step "${TName}" is chosen, so it has one parent`;

/** The name of a new step when a branch may leave it out: by its condition, by a choice, or together with what is before it. @public */
export type LeftOut<
  TName extends string,
  TParent extends string,
  TLeft extends string,
  TChoices,
  TWhen,
  TRunIf extends RunIf,
> = [TWhen] extends [never]
  ? [TParent & keyof TChoices] extends [never]
    ? LeftOutWithParents<TName, TParent, TLeft, TRunIf>
    : TName
  : TName;

type LeftOutWithParents<TName, TParent, TLeft, TRunIf extends RunIf> = [TParent] extends [never]
  ? never
  : TRunIf extends 'always'
    ? never
    : TRunIf extends 'all'
      ? [TParent & TLeft] extends [never]
        ? never
        : TName
      : [TParent] extends [TLeft]
        ? TName
        : never;

/** The names a step chooses among, under its own; nothing for a step that does not choose. @public */
export type Choices<TName extends string, TChoice extends string> = [TChoice] extends [never]
  ? object
  : { readonly [K in TName]: TChoice };

/** The builder itself when every step that is chosen somewhere has been added, else a type that names those missing. @public */
export type WithAllChosen<TBuilder, TResults, TChoices> = [Exclude<TChoices[keyof TChoices], keyof TResults>] extends [
  never,
]
  ? TBuilder
  : { readonly 'steps that are chosen and missing': Exclude<TChoices[keyof TChoices], keyof TResults> };

/** A step context whose `choose` takes the names that the step has declared, and none where it has declared none. @public */
export interface ChoosingContext<TContext, TParents, TEarlier, TChoice extends string> extends StepContext<
  TContext,
  TParents,
  TEarlier
> {
  choose<T>(steps: TChoice | readonly TChoice[], result: T): StepChoice<T>;
}

/** Result of a handler class, as shaped by `processResults` if it has one; unknown for a name. @public */
export type HandlerOutput<THandler> =
  THandler extends HandlerClass<{ processResults: (...args: never[]) => infer TResult }>
    ? StoredAs<Awaited<TResult>>
    : THandler extends HandlerClass<{ process: (...args: never[]) => infer TResult }>
      ? StoredAs<Awaited<TResult>>
      : unknown;

/** The handler itself when its `process` accepts the step context, else a type that says what is wrong. @public */
export type HandlerFor<THandler, TStep> = THandler extends string
  ? THandler
  : THandler extends HandlerClass<{ process: (step: infer TNeeded) => unknown }>
    ? TStep extends TNeeded
      ? THandler
      : { readonly 'process of this handler needs another context or other parents': TNeeded }
    : { readonly 'a step handler class has a method process': never };
