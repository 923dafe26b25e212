import type { HandlerClass } from '../handler/handler-name';
import type { Jsonify } from './jsonify';

/** What dependents read when a handler returned T: its JSON, in which nothing returned is null. @public */
export type StoredAs<T> = unknown extends T ? T : T extends void | undefined ? null : Jsonify<T>;

/** The result of a step under its name; null besides when a request may bypass the step. @public */
export type StepResult<TName extends string, TResult, TSkippable extends boolean> = {
  readonly [K in TName]: TSkippable extends false ? TResult : TResult | null;
};

/** Results of the declared parents. @public */
export type ParentResults<TResults, TParent extends keyof TResults> = { readonly [K in TParent]: TResults[K] };

/** Names of all steps that have finished before one with these parents, by what each of those runs after. @public */
export type Ancestor<TAbove, TParent extends string> =
  TParent | (TParent extends keyof TAbove ? TAbove[TParent] : never);

/** A name that no earlier step has. @public */
export type NewStep<TName extends string, TResults> = TName extends keyof TResults
  ? `step "${TName}" exists already`
  : TName;

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
