/** A request to create a task. @public */
export interface TaskRequest<TContext = unknown> {
  /** Name of the template. */
  readonly name: string;
  /** Default `default`. */
  readonly namespace?: string;
  /** Default: the highest version registered. */
  readonly version?: string;
  /** Checked against the schema of the template; its defaults are applied and stored. */
  readonly context?: TContext;
  /**
   * The caller's own key: a second task with it, of this template in this namespace and in whatever version, is a
   * duplicate. Wins over the configured strategy. 1 to 255 characters.
   */
  readonly identity?: string;
  /** `reject` (default) throws TSK_DUPLICATE_TASK with the existing id, `return` hands the existing task back. */
  readonly onDuplicate?: 'reject' | 'return';
  /** −100 to 100, higher runs first. Default 0. */
  readonly priority?: number;
  readonly initiator?: string;
  readonly sourceSystem?: string;
  readonly reason?: string;
  readonly tags?: readonly string[];
  /** Names of skippable steps that are not to run; dependents see null as their result. */
  readonly bypassSteps?: readonly string[];
  /** Default: the ambient one, else a new one. */
  readonly correlationId?: string;
  /** W3C traceparent of the caller. */
  readonly traceParent?: string;
}

/** How tasks that mean the same are recognised. @public */
export type IdentityStrategy = 'unique' | 'hash' | ((request: TaskRequest) => string);
