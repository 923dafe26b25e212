/** An HTTP request a step makes. @public */
export interface ApiRequest {
  /** Absolute, `http` or `https`. */
  readonly url: string | URL;
  /** Default `GET`, or `POST` when there is a body. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Added to the query of the URL; null and undefined are left out, lists repeat the key. */
  readonly query?: Readonly<Record<string, QueryValue | readonly QueryValue[]>>;
  /** Strings and bytes go as they are, everything else as JSON. */
  readonly body?: unknown;
  /** Milliseconds for the whole exchange, the body included. Default: only the timeout of the step. */
  readonly timeoutMs?: number;
  /**
   * How connections are made: an `Agent`, `ProxyAgent` or other dispatcher of undici, for a pool of its own, a proxy, client
   * certificates or another CA. Make it once, not per request. Default: Node's.
   */
  readonly dispatcher?: ApiDispatcher;
}

/** A dispatcher of undici, by what `fetch` asks of it: any version that fits the one in Node. @public */
export interface ApiDispatcher {
  dispatch(options: never, handler: never): boolean;
}

/** One value of a query. @public */
export type QueryValue = string | number | boolean | null | undefined;

/** What came back. @public */
export interface ApiResponse<TBody = unknown> {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed when the response says it is JSON, else text; null when it is empty. */
  readonly body: TBody;
}
