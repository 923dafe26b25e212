import { STEP_STATE_CODES, TASK_STATE_CODES } from '@tasker/core';
import { migrate } from '@tasker/postgres';
import { Client } from 'pg';
import { testDatabase, type TestDatabase } from '../support/database';

let database: TestDatabase;
let client: Client;
beforeAll(async () => {
  database = await testDatabase();
  await migrate({ connectionString: database.url, schema: 'tasker', mode: 'auto' });
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

describe('the names of states', () => {
  it.each([
    ['task_state_v1', TASK_STATE_CODES],
    ['step_state_v1', STEP_STATE_CODES],
  ])('of %s are those of the rules, but for steps that a branch left out', async (name, codes) => {
    const sql = `select code, tasker.${name}(code::smallint) as state from generate_series(-1, 20) code order by code`;
    const { rows } = await client.query<{ code: number; state: string | null }>(sql);
    expect(rows).toHaveLength(22);
    const words = rows.flatMap(({ code, state }) => (state === null ? [] : [[code, state]]));
    const told = Object.entries(codes).map(([state, code]) => [code, state === 'not_taken' ? 'skipped' : state]);
    expect(words).toEqual(told);
  });

  it.each([
    ['task', TASK_STATE_CODES],
    ['step', STEP_STATE_CODES],
  ])('are words with their codes, for a %s', async (noun, codes) => {
    const words = Object.keys(codes).map((state) => `tasker.${noun}_${state}() as ${state}`);
    const { rows } = await client.query<Record<string, number>>(`select ${words.join(', ')}`);
    expect(rows).toEqual([codes]);
  });

  it.each([
    ['s.state = tasker.step_in_progress()', "s.state = '2'::smallint"],
    ['tasker.step_open_v1(s.state)', 's.state < 10'],
    ['tasker.step_ended_v1(s.state)', 's.state >= 10'],
    ['tasker.step_satisfied_v1(s.state)', "s.state = ANY ('{10,12,14,15}'::integer[])"],
    ['s.finished_at < tasker.clock_v1()', 's.finished_at < clock_timestamp()'],
  ])('cost nothing: %s is planned as %s', async (written, planned) => {
    const { rows } = await client.query<Record<string, string>>(
      `explain (verbose, costs off) select 1 from tasker.steps s where ${written}`,
    );
    expect(rows.map((row) => row['QUERY PLAN']).join(' ')).toContain(`Filter: (${planned})`);
  });

  it.each([
    ['step_history', 'tasker.step_rare_v1(to_state) and to_state = tasker.step_error()'],
    ['task_history', 'tasker.task_rare_v1(to_state) and to_state = tasker.task_error()'],
  ])('let the partial index of the %s be used', async (table, condition) => {
    await client.query('begin; set local enable_seqscan = off');
    const { rows } = await client.query<Record<string, string>>(
      `explain select task_id from tasker.${table} where ${condition}`,
    );
    await client.query('rollback');
    expect(rows.map((row) => row['QUERY PLAN']).join(' ')).toContain(`${table}_default_to_state_task_id_idx`);
  });
});
