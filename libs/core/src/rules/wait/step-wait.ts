/** What a step waits by. @public */
export type WaitKind = 'sleep' | 'signal' | 'approval' | 'suspended';

/** A signal as whoever waited for it got it. @public */
export interface TakenSignal {
  readonly payload: unknown;
  /** What its sender called it. */
  readonly id: string | null;
  /** When it was sent, epoch milliseconds. */
  readonly at: number;
}

/** A moment: so long after now, or a time; epoch milliseconds. @public */
export type Moment = { readonly inMs: number } | { readonly at: number };

/** An address a signal is waited for at. @public */
export interface NewWaitSignal {
  readonly name: string;
  /** Null: it is sent to the task. */
  readonly key: string | null;
  /** The most that are taken, 1 or more. */
  readonly max: number;
}

/** Whom a wait asks for a decision. @public */
export interface NewApproval {
  readonly title: string;
  readonly description: string | null;
  readonly form: Readonly<Record<string, unknown>> | null;
  readonly assignees: readonly string[];
  readonly notInitiator: boolean;
  readonly escalateTo: readonly string[] | null;
}

/** A wait that the settlement opens with which its step begins to wait. @public */
export interface NewWait {
  readonly kind: WaitKind;
  readonly signals: readonly NewWaitSignal[];
  /** Whether every signal, and the interim, must have come. */
  readonly all: boolean;
  /** When it ends whatever comes; null: never. */
  readonly due: Moment | null;
  /** Something before that: an escalation, or a sleep that is one of all the things it waits for. */
  readonly interim: Moment | null;
  readonly approval: NewApproval | null;
}

/** What a wait has come to. @public */
export interface StepWait {
  readonly kind: WaitKind;
  /** Null: it is open. */
  readonly wokenBy: 'time' | 'signal' | 'decision' | null;
  /** In the order in which they were waited for. */
  readonly signals: readonly { readonly name: string; readonly taken: readonly TakenSignal[] }[];
  readonly approval: {
    readonly state: 'open' | 'approved' | 'rejected' | 'timed_out' | 'superseded' | 'withdrawn';
    readonly by: string | null;
    readonly answer: unknown;
    /** Epoch milliseconds. */
    readonly at: number | null;
  } | null;
}
