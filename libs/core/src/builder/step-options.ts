import type { RunIf } from '../rules/template/definition';
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
  'name' | 'handler' | 'dependsOn' | 'skippable' | 'when' | 'runIf' | 'switch' | 'choices' | 'transactional'
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
