import { Statements } from './statements';
import { withSchema } from './with-schema';

/** Runs one statement and answers with its rows: `pg`'s `query` and `.rows`, or a `DataSource`'s `query`. @public */
export type RunQuery = (sql: string, values: unknown[]) => Promise<readonly unknown[]>;

/**
 * Statements one by one, of which each may run on another connection: their text names the schema `tasker.` and is run in
 * the configured one.
 *
 * @public
 */
export class Session {
  private readonly written = new Map<string, string>();
  private readonly statements: Statements;

  /** @param schema the bare name, unquoted */
  constructor(
    private readonly run: RunQuery,
    private readonly schema: string,
  ) {
    this.statements = new Statements(schema);
  }

  /** Rows of a statement of `sql/`. */
  async named<T>(statement: string, values: unknown[]): Promise<T[]> {
    return (await this.run(this.statements.get(statement), values)) as T[];
  }

  /** Rows of a statement that never changes its text. */
  async rows<T>(sql: string, values: unknown[]): Promise<T[]> {
    let written = this.written.get(sql);
    if (written === undefined) {
      written = withSchema(sql, this.schema);
      this.written.set(sql, written);
    }
    return (await this.run(written, values)) as T[];
  }

  /** Rows of a statement that was put together for one call. */
  async once<T>(sql: string, values: unknown[]): Promise<T[]> {
    return (await this.run(withSchema(sql, this.schema), values)) as T[];
  }

  /** What the planner expects of a statement, without running it. */
  async estimate(sql: string, values: unknown[]): Promise<{ rows: number; cost: number }> {
    const [row] = await this.once<{ 'QUERY PLAN': PlanJson[] }>(`explain (format json) ${sql}`, values);
    const plan = row?.['QUERY PLAN'][0]?.Plan;
    return { rows: plan?.['Plan Rows'] ?? 0, cost: plan?.['Total Cost'] ?? 0 };
  }
}

interface PlanJson {
  readonly Plan: { readonly 'Plan Rows': number; readonly 'Total Cost': number };
}
