import type { StepContext } from '../handler/step-context';
import type { StepDatabase } from '../handler/step-database';
import type { RunIf } from '../rules/template/definition';
import type { Jsonify } from './jsonify';
import type { Ancestor, ChoosingContext, ParentResults } from './task-types';

/** What a step of this builder receives: the compiler knows its parents, and every step above them for `resultOf`. @internal */
export type BuiltContext<
  TContext,
  TResults,
  TAbove,
  TParent extends keyof TResults & string,
  TLeft extends string,
  TRunIf extends RunIf,
> = StepContext<
  Jsonify<TContext>,
  ParentResults<TResults, TParent, TLeft, TRunIf>,
  EarlierResults<TResults, TAbove, TParent, TLeft>
>;

/** The same for a function, which in addition knows the names it may choose among. @internal */
export type InlineContext<
  TContext,
  TResults,
  TAbove,
  TParent extends keyof TResults & string,
  TLeft extends string,
  TRunIf extends RunIf,
  TChoice extends string,
> = ChoosingContext<
  Jsonify<TContext>,
  ParentResults<TResults, TParent, TLeft, TRunIf>,
  EarlierResults<TResults, TAbove, TParent, TLeft>,
  TChoice
>;

/** Only transactional steps have a manager. @internal */
export type Managed<TTransactional extends boolean> = TTransactional extends true
  ? { readonly manager: StepDatabase }
  : unknown;

type EarlierResults<TResults, TAbove, TParent extends keyof TResults & string, TLeft extends string> = ParentResults<
  TResults,
  Ancestor<TAbove, TParent> & keyof TResults,
  TLeft,
  'always'
>;
