/** What an operation answers when the usual status is not enough to say. @internal */
export class Answer<T> {
  constructor(
    /** Undefined: nothing. */
    readonly body: T,
    readonly more: {
      /** Default: the usual one of the operation. */
      readonly status?: number;
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {}
}
