/** Something wrong with the text of an expression, found before it runs. @public */
export interface ExpressionFault {
  readonly message: string;
  /** Character of the text, from 1. */
  readonly position: number;
}

/** Thrown while an expression is read or evaluated; never leaves this folder. @internal */
export class ExpressionError extends Error {
  /**
   * @param at character of the text, from 0
   * @param isFinal no `||` and no `exists` may go on after it
   */
  constructor(
    message: string,
    readonly at: number,
    readonly isFinal = false,
  ) {
    super(message);
  }

  get fault(): ExpressionFault {
    return { message: this.message, position: this.at + 1 };
  }
}
