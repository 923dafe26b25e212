import type { JsonSchema } from '../../data/json-schema';
import type { ApprovalDefinition, WaitForDefinition } from '../wait/wait-definition';

/**
 * The one model of a template. YAML, decorators and the builder all produce it; the compiler turns it into a plan.
 */

/** When a failed step runs again. Delays are milliseconds. @public */
export interface BackoffDefinition {
  /** Explicit delays after attempt 1, 2 …; the last one repeats. Wins over the curve. */
  readonly delaysMs?: readonly number[];
  /** Delay after the first failed attempt. Default 1000. */
  readonly initialMs?: number;
  /** Growth per attempt. Default 2. */
  readonly factor?: number;
  /** Upper bound of any delay, `Retry-After` included. Default 300000. */
  readonly maxMs?: number;
  /** Share of the delay that is random, both ways: 0.1 is ±10 %. Default 0.1; 0 turns it off. */
  readonly jitter?: number;
}

/** An event a step may publish besides the built-in ones. @public */
export interface CustomEventDefinition {
  /** Words joined by dots. A name without a dot is given the template's name in front when it is normalised. */
  readonly name: string;
  readonly description?: string;
}

/** What a search attribute holds. @public */
export type SearchAttributeType = 'string' | 'number' | 'boolean' | 'datetime';

/** A value of the context by which tasks are found. @public */
export interface SearchAttributeDefinition {
  /** What filters call it; once in a template. */
  readonly name: string;
  /** Where it stands in the context: keys joined by dots, an index for an entry of a list. Default: as `name`. */
  readonly path: string;
  /** Contexts whose value is of another type are not found by it. Default `string`. */
  readonly type: SearchAttributeType;
}

/** One case of a `switch`: the children that run when it is the first that holds. @public */
export interface SwitchCase {
  /** An expression that is true or false. Absent: the default, which stands last. */
  readonly when?: string;
  /** Direct children of the switch; none on purpose when empty. */
  readonly steps: readonly string[];
}

/**
 * Which parents have to have run, when a branch left some of them out. `any`: one at least. `all`: every one.
 * `always`: the step runs in any case. Says nothing about failures.
 *
 * @public
 */
export type RunIf = 'any' | 'all' | 'always';

/** One node of a template. @public */
export interface StepTemplateDefinition {
  readonly name: string;
  /** Name of the step handler; `@engine` for a step that the engine decides itself. */
  readonly handler: string;
  readonly description?: string;
  /** Names of the steps whose results this one needs, in declaration order. */
  readonly dependsOn: readonly string[];
  /** An expression that is true or false, asked when the parents have ended. False: the step is left out. */
  readonly when?: string;
  /** Absent: `any`. */
  readonly runIf?: Exclude<RunIf, 'any'>;
  /** Makes the step one without a handler: of its direct children, those of the first case that holds run. */
  readonly switch?: readonly SwitchCase[];
  /** Direct children of which the handler names those that run. */
  readonly choices?: readonly string[];
  /** Makes the step one that sleeps: so long, milliseconds. */
  readonly sleepMs?: number;
  /** Makes the step one that sleeps: until the time that this expression gives. */
  readonly sleepUntil?: string;
  /** Makes the step one that waits for signals. */
  readonly waitFor?: WaitForDefinition;
  /** Makes the step one that waits for a person's decision. */
  readonly approval?: ApprovalDefinition;
  /** True: the handler may suspend the step. */
  readonly suspends?: boolean;
  /** External system the step talks to. */
  readonly dependentSystem?: string;
  /** False: the first failure is final. Default true. */
  readonly retryable: boolean;
  /** Attempts in total, the first included. Default 3. */
  readonly retryLimit: number;
  readonly backoff: BackoffDefinition;
  /** Time one attempt may take; the abort signal fires then. Null: no limit. */
  readonly timeoutMs: number | null;
  /** Time all attempts and the waits between them may take, from when the step first became ready. Absent: no limit. */
  readonly totalTimeoutMs?: number;
  /** Time from when the step became ready until its first attempt; stands still while it is paused. Absent: no limit. */
  readonly startTimeoutMs?: number;
  /**
   * How long an attempt may say nothing: `heartbeat()` restarts this, and `timeoutMs` is the attempt's hard limit then.
   * Absent: `heartbeat()` restarts `timeoutMs`.
   */
  readonly heartbeatTimeoutMs?: number;
  /**
   * True: the handler writes in the transaction that records its outcome, so that both happen or neither. Absent: not.
   */
  readonly transactional?: true;
  /** True: a request may list the step in `bypassSteps`. Default false. */
  readonly skippable: boolean;
  /** Named queue. Default `default`. */
  readonly queue: string;
  /** What happens when the worker dies while running it. Default `retry`. */
  readonly onWorkerLoss: 'retry' | 'fail';
  /** Handed to the handler untouched. */
  readonly handlerConfig: Readonly<Record<string, unknown>>;
  readonly customEvents: readonly CustomEventDefinition[];
  /** Checked against the parents' results, as an object by step name, before the handler runs; a mismatch is permanent. */
  readonly inputSchema?: JsonSchema;
  /** Checked against the handler's result; a mismatch is permanent. */
  readonly resultSchema?: JsonSchema;
}

/** Where a template of the original came from; for people only. @public */
export interface TemplateOrigin {
  readonly moduleNamespace?: string;
  readonly taskHandlerClass?: string;
  /** Kept as it was written, as are the next two; nothing reads them. */
  readonly configuration?: unknown;
  readonly monitoring?: unknown;
  readonly retryStrategies?: unknown;
}

/** A versioned template: a graph of steps. @public */
export interface TaskTemplateDefinition {
  readonly namespace: string;
  readonly name: string;
  /** Three dot-separated integers. */
  readonly version: string;
  readonly description?: string;
  /** Schema of the context; defaults in it are applied and stored. */
  readonly contextSchema?: JsonSchema;
  readonly defaultDependentSystem?: string;
  /** Time a task may take from its creation; runs on while it is paused. Absent: no limit. */
  readonly deadlineMs?: number;
  /** Absent when there are none; at most 20. */
  readonly searchAttributes?: readonly SearchAttributeDefinition[];
  readonly customEvents: readonly CustomEventDefinition[];
  /** For people and for handlers that look it up; the engine does not read it. */
  readonly handlerConfig: Readonly<Record<string, unknown>>;
  readonly origin?: TemplateOrigin;
  /** New steps are numbered in this order, so it is part of the digest. 1 to 20,000 steps. */
  readonly steps: readonly StepTemplateDefinition[];
}
