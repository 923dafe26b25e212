/**
 * What a transactional step writes with: statements run in the transaction that records its outcome as well. In a Nest
 * application it is an `EntityManager` of TypeORM.
 *
 * @public
 */
export interface StepDatabase {
  /** Runs one statement; parameters are `$1`, `$2` and so on. */
  query<T = unknown>(sql: string, parameters?: unknown[]): Promise<T>;
}
