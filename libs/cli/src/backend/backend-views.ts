import type { OperatorCommand, TaskFilter, WorkerState } from '@tasker/core';
import type { ApprovalState, SystemOverview, Trends } from '@tasker/postgres';
import type { Wire } from './wire';

/** Receipt of an incident-mode verb. @internal */
export interface StepPauseAnswer {
  /** False: it was so already. */
  readonly changed: boolean;
  /** Steps that had waited and are queued now. */
  readonly released: number;
}

/** A worker as lists show it. @internal */
export interface WorkerView {
  readonly id: number;
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly version: string;
  readonly state: WorkerState;
  /** Steps it may run at once. */
  readonly concurrency: number;
  readonly running: number;
  /** In no order. */
  readonly handlers: readonly string[];
  readonly startedAt: string;
  readonly heartbeatAt: string;
}

/** A verb for every task a filter matches. @internal */
export interface BulkRequest {
  readonly command: OperatorCommand;
  readonly filter: TaskFilter;
  /** Tasks per second; null: as fast as it goes. */
  readonly rate: number | null;
}

/** Whether work gets done, and how all of it stands. @internal */
export interface HealthStatus {
  readonly ready: boolean;
  /** What is not as it should be, as sentences; empty: nothing. */
  readonly problems: readonly string[];
  /** Null where an application does not tell. */
  readonly standing: Omit<Wire<SystemOverview>, 'at'> | null;
  readonly trends: Trends | null;
}

/** Which approvals; what is undefined is not asked for. @internal */
export interface ApprovalListQuery {
  readonly state: ApprovalState | undefined;
  /** `me`: what the actor may decide. */
  readonly assignee: string | undefined;
  readonly taskId: string | undefined;
  readonly limit: number | undefined;
}

/** A decision. @internal */
export interface ApprovalVerdict {
  readonly decision: 'approve' | 'reject';
  readonly answer: unknown;
  readonly actor: string;
  /** Of the actor; behind an endpoint those of the token count. */
  readonly roles: readonly string[];
}

/** Who is asked instead. @internal */
export interface DelegatedTo {
  readonly to: readonly string[];
  readonly actor: string;
  readonly roles: readonly string[];
}
