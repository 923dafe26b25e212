import type { ConnectionSettings } from './connection';

/** What a store needs to know; see `openStore`. */
export interface StoreOptions {
  readonly schema: string;
  readonly connection: ConnectionSettings;
  /** Connections that settle, 1 or more; measured: 2 are worth it, more hardly. */
  readonly settleConnections: number;
  /** Notification channel, one per schema. */
  readonly channel: string;
  /** False behind a transaction-mode pooler, which never delivers notifications. */
  readonly listen: boolean;
}
