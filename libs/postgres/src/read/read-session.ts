import { withSchema } from '../database/with-schema';
import type { RunQuery } from './task-namespace';

/**
 * How the read side reaches the database: statements that name the schema `tasker.`, run in the configured one. Takes no
 * lock and opens no connection.
 *
 * @public
 */
export class ReadSession {
  private readonly written = new Map<string, string>();

  constructor(
    private readonly run: RunQuery,
    private readonly schema: string,
  ) {}

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
