import type { JsonSchema } from '../../data/json-schema';

/** What becomes of a step that has waited in vain: it fails, is skipped, or completes with this result. @public */
export type OnTimeout = 'fail' | 'skip' | { readonly result: unknown };

/** A signal that a step waits for. @public */
export interface AwaitedSignal {
  readonly signal: string;
  /** An expression that gives the key it is sent to. Absent: it is sent to the task. */
  readonly correlation?: string;
  /** Checked against what was sent; a mismatch is permanent. */
  readonly payloadSchema?: JsonSchema;
}

/** A time that a step waits for, in one of two ways. @public */
export interface AwaitedTime {
  /** From when the wait begins. */
  readonly sleepMs?: number;
  /** An expression that gives a timestamp, or a text that is one. */
  readonly sleepUntil?: string;
}

/** One of several things a step waits for. @public */
export type Awaited = AwaitedSignal | AwaitedTime;

/** What a step waits for: one signal, or any or all of several things. @public */
export interface WaitForDefinition extends Partial<AwaitedSignal> {
  /** Of one signal: takes as many as there are, up to this. The result is a list then. */
  readonly max?: number;
  /** The first that comes. */
  readonly any?: readonly Awaited[];
  /** Each of them. */
  readonly all?: readonly Awaited[];
  readonly timeoutMs?: number;
  /** Absent: `fail`. */
  readonly onTimeout?: OnTimeout;
}

/** A decision that people are asked for. @public */
export interface ApprovalDefinition {
  readonly title: string;
  readonly description?: string;
  /** JSON Schema of what is answered with the decision. */
  readonly form?: JsonSchema;
  /** `user:<principal id>` or `role:<role>`. Absent: whoever has the permission. */
  readonly assignees?: readonly string[];
  /** True: not whoever asked for the task. */
  readonly notInitiator?: boolean;
  readonly deadlineMs?: number;
  /** Who is asked instead after this time. */
  readonly escalate?: { readonly afterMs: number; readonly to: readonly string[] };
  /** Absent: `fail`. */
  readonly onTimeout?: OnTimeout;
  /** Whether a rejection fails the step or completes it like an approval. Absent: `fail`. */
  readonly onReject?: 'fail' | 'complete';
}

/** Whether one of several things a step waits for is a time. @internal */
export const isAwaitedTime = (awaited: Awaited): awaited is AwaitedTime => !('signal' in awaited);
