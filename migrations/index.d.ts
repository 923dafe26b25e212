/** One step of the schema, as two texts of SQL that write the schema as `tasker.`. */
export interface Migration {
  /** Four digits, in the order to apply. */
  readonly number: string;
  /** Words in lower case with underscores. */
  readonly name: string;
  /** SQL that applies it; of a folder, its files one after the other in the order of their names. */
  readonly up: string;
  /** SQL that takes it back. */
  readonly down: string;
  /** What the head of `up` says: true when processes that do not know this migration cannot run once it is applied. */
  readonly breaking: boolean;
}

/** All of them, by number. */
export declare const migrations: readonly Migration[];

/**
 * Reads the migrations in a folder: pairs `NNNN_name.up.sql` and `NNNN_name.down.sql`, and folders `NNNN_name` of
 * `*.sql` files among which `down.sql` takes it back. What has another name is ignored.
 *
 * @returns by number; empty when there are none
 * @throws {Error} when one lacks a direction, has two names or is there twice, or does not say whether it is breaking
 */
export declare function readMigrations(folder: string): readonly Migration[];
