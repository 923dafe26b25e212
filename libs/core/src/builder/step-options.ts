import type { RunIf } from '../rules/template/definition';
import type { ApprovalDefinition, WaitForDefinition } from '../rules/wait/wait-definition';
import type { StepTemplateInput, SwitchCaseInput } from '../rules/template/step-defaults';

/** Options of a step besides what runs it. @public */
export interface StepOptions<
  TParent extends string,
  TSkippable extends boolean,
  TWhen extends string = string,
  TRunIf extends RunIf = RunIf,
  TChoice extends string = string,
  TTransactional extends boolean = boolean,
> extends Omit<
  StepTemplateInput,
  | 'name'
  | 'handler'
  | 'dependsOn'
  | 'skippable'
  | 'when'
  | 'runIf'
  | 'switch'
  | 'choices'
  | 'transactional'
  | keyof Waits
> {
  /** Earlier steps whose results this one needs. */
  readonly dependsOn?: readonly TParent[];
  /** True: a request may bypass the step; dependents then see null instead of its result. Default false. */
  readonly skippable?: TSkippable;
  /** An expression that is true or false. False: the step is left out, and dependents that run all the same see null. */
  readonly when?: TWhen;
  /** Which parents have to have run, when a branch left some of them out. Default `any`. */
  readonly runIf?: TRunIf;
  /** Steps still to come, of which the handler names those that run: `step.choose`. */
  readonly choices?: TChoice | readonly TChoice[];
  /**
   * True: the handler writes with `step.manager` in the transaction that records its outcome, so that both happen or neither.
   * Default false.
   */
  readonly transactional?: TTransactional;
}

/** A step that chooses among steps still to come, without a handler. @public */
export interface SwitchOptions<
  TParent extends string,
  TWhen extends string,
  TRunIf extends RunIf,
  TChoice extends string,
> {
  readonly description?: string;
  readonly dependsOn?: readonly TParent[];
  readonly when?: TWhen;
  readonly runIf?: TRunIf;
  /** The first that holds is taken; the default, if there is one, stands last. */
  readonly cases: readonly SwitchCaseInput<TChoice>[];
}

/** What a step waits for, without a handler: a time, signals, or a decision. */
interface Waits {
  readonly sleepMs: number;
  readonly sleepUntil: string;
  readonly waitFor: WaitForDefinition & OneOf<Required<Pick<WaitForDefinition, 'signal' | 'any' | 'all'>>>;
  readonly approval: ApprovalDefinition;
}

/** Exactly one of the fields. */
type OneOf<T> = {
  [K in keyof T]: { readonly [Own in K]: T[K] } & { readonly [Other in Exclude<keyof T, K>]?: never };
}[keyof T];

/** One of the ways to wait. @public */
export type WayToWait = OneOf<Waits>;

/** Refuses keys that a step which waits does not have: a type that is inferred takes any. @public */
export type NoOtherKeys<TWait> = {
  readonly [K in Exclude<keyof TWait, keyof Waits | keyof WaitOptions<string, boolean, string, RunIf>>]: never;
} & NoOtherKeysOfWait<TWait>;

type NoOtherKeysOfWait<TWait> = TWait extends { readonly waitFor: infer TWaitFor }
  ? { readonly waitFor: { readonly [K in Exclude<keyof TWaitFor, keyof WaitForDefinition>]: never } }
  : TWait extends { readonly approval: infer TApproval }
    ? { readonly approval: { readonly [K in Exclude<keyof TApproval, keyof ApprovalDefinition>]: never } }
    : unknown;

/** A step that waits, without a handler. @public */
export interface WaitOptions<
  TParent extends string,
  TSkippable extends boolean,
  TWhen extends string,
  TRunIf extends RunIf,
> extends Pick<StepOptions<TParent, TSkippable, TWhen, TRunIf>, 'dependsOn' | 'skippable' | 'when' | 'runIf'> {
  readonly description?: string;
  readonly handler?: never;
  readonly process?: never;
}
