/** How the driver wants the operator. */
export interface OperatorSetup {
  readonly url: string;
  readonly seed: number;
}

/** One act: which verb, and what it was answered: `done`, `unchanged`, or the code of an error. */
export interface OperatorReport {
  readonly verb: string;
  readonly answer: string;
}

/** What the operator tells the driver. */
export type OperatorMessage = OperatorReport | { readonly line: string };
