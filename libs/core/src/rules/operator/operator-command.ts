import type { StepSkipReason } from '../states/skip-reason';
import type { StepState } from '../states/step-state';
import type { TaskState } from '../states/task-state';
import type { FieldValue } from './verb-fields';
import type { OperatorVerb, StepVerb } from './verb-rules';
import type { VERBS } from './verb-table';

/** Who acts, and why. Both are kept in the audit trail. @public */
export interface OperatorAct {
  /** Who acts: a user name, a service. 1 to 200 characters. */
  readonly actor: string;
  /** Why, for whoever reads the history. At most 1,000 characters. */
  readonly reason?: string;
  /** The task's `lockVersion` the decision was made on: refused with TSK_VERSION_CONFLICT when somebody acted since. */
  readonly ifVersion?: number;
}

type Table = typeof VERBS;
type Given<F> = { readonly [N in keyof F]: FieldValue<F[N]> };
type Required<V extends OperatorVerb> = Extract<Table[V]['required'][number], keyof Table[V]['fields']>;
/** One object type instead of an intersection: what editors show. */
type Flat<T> = { [K in keyof T]: T[K] };
type Fields<V extends OperatorVerb> = Given<Pick<Table[V]['fields'], Required<V>>> &
  Partial<Given<Omit<Table[V]['fields'], Required<V>>>>;
type OnStep<V> = V extends StepVerb ? { readonly step: string } : unknown;

/**
 * Every verb an operator has over one task, as data: the same for the service, REST, the command line and bulk. What
 * each does and takes stands in {@link VERBS}.
 *
 * @public
 */
export type OperatorCommand = {
  [V in OperatorVerb]: Flat<{ readonly verb: V } & OnStep<V> & Fields<V>>;
}[OperatorVerb];

/** What happens to handlers that run at that moment. @public */
export type RunningOption = Pick<Extract<OperatorCommand, { verb: 'cancel' }>, 'running'>;

/** What a verb changed. @public */
export interface OperatorReceipt {
  readonly taskId: string;
  readonly verb: OperatorVerb;
  /** False: it was so already, and nothing was written. */
  readonly changed: boolean;
  readonly state: TaskState;
  /** Paused. */
  readonly hold: boolean;
  readonly priority: number;
  /** Counts the acts of operators on this task. */
  readonly lockVersion: number;
  /** Steps whose state the verb changed, in the order of the template; those it freed for others to run included. */
  readonly steps: readonly OperatorStepChange[];
  /** Names of running steps that were taken from their workers. */
  readonly aborted: readonly string[];
  /** Database time, epoch milliseconds. */
  readonly at: number;
}

/** One step that moved. @public */
export interface OperatorStepChange {
  readonly step: string;
  readonly from: StepState;
  readonly to: StepState;
  /** Of a step that is skipped now: by the verb, or because a branch has left it out. */
  readonly skipReason?: StepSkipReason;
}

/** Which step of which templates to pause everywhere. @public */
export interface StepPauseTarget {
  readonly namespace: string;
  readonly name: string;
  /** Default: every version. */
  readonly version?: string;
  readonly step: string;
}

/** A step that is paused everywhere. @public */
export interface StepPause {
  readonly namespace: string;
  readonly name: string;
  /** Null: every version. */
  readonly version: string | null;
  readonly step: string;
  readonly actor: string;
  readonly reason: string | null;
  readonly pausedAt: Date;
}
