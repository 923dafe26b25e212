import type { JsonSchema } from '@tasker/core';

/**
 * How an approval stands. `superseded`: the step was rerun and asks anew. `withdrawn`: the step was ended otherwise.
 *
 * @public
 */
export type ApprovalState = 'open' | 'approved' | 'rejected' | 'timed_out' | 'superseded' | 'withdrawn';

/** A decision that people are asked for. @public */
export interface Approval {
  readonly id: string;
  readonly taskId: string;
  readonly namespace: string;
  /** Name of the template. */
  readonly task: string;
  readonly step: string;
  readonly state: ApprovalState;
  readonly title: string;
  readonly description: string | null;
  /** JSON Schema of the answer; null: there is none to give. */
  readonly form: JsonSchema | null;
  /** `user:<principal id>` or `role:<role>`; empty: whoever has the permission. */
  readonly assignees: readonly string[];
  /** True: not whoever asked for the task. */
  readonly notInitiator: boolean;
  readonly initiator: string | null;
  readonly openedAt: Date;
  readonly deadlineAt: Date | null;
  readonly escalatedAt: Date | null;
  readonly endedAt: Date | null;
  /** Who decided. */
  readonly actor: string | null;
  readonly answer: unknown;
}

/** Which approvals. @public */
export interface ApprovalQuery {
  /** Default: all. */
  readonly state?: ApprovalState;
  /** Of this task. */
  readonly taskId?: string;
  /** Only what one of these may decide: a principal, as `user:<id>`, and its roles, as `role:<role>`. */
  readonly decidableBy?: readonly string[];
  /** Only what is assigned to exactly this, as it is written in the template. */
  readonly assignee?: string;
  /** Default: all. */
  readonly namespaces?: readonly string[] | '*';
  /** At most so many, 1 to 500. Default 100. */
  readonly limit?: number;
  /** Id of the last approval of the page before. */
  readonly before?: string;
}

/** Who decides, and what. @public */
export interface ApprovalDecision {
  readonly decision: 'approve' | 'reject';
  /** What the form asks for. */
  readonly answer?: unknown;
  readonly actor: string;
  /** Who the actor is, as assignees are written. Default: `user:<actor>` alone. */
  readonly claims?: readonly string[];
}

/** Who asks others instead. @public */
export interface ApprovalDelegation {
  readonly to: readonly string[];
  readonly actor: string;
  /** As of a decision. */
  readonly claims?: readonly string[];
}
