/** One step of the schema, as a pair of SQL files that write the schema as `tasker.`. */
export interface Migration {
  /** Four digits, in the order to apply. */
  readonly number: string;
  /** Words in lower case with underscores. */
  readonly name: string;
  /** SQL that applies it. */
  readonly up: string;
  /** SQL that takes it back. */
  readonly down: string;
  /** What the head of `up` says: true when processes that do not know this migration cannot run once it is applied. */
  readonly breaking: boolean;
}

/** All of them, by number. */
export declare const migrations: readonly Migration[];

/**
 * Reads the pairs `NNNN_name.up.sql` and `NNNN_name.down.sql` of a folder; other files are ignored.
 *
 * @returns by number; empty when there are none
 * @throws {Error} when a pair is incomplete, a number has two names, or an `up` does not say whether it is breaking
 */
export declare function readMigrations(folder: string): readonly Migration[];
