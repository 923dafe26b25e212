/** Facts that must hold when all tasks have ended, whatever the rate was. @returns what is wrong, in words */
export async function faultsAfter(client, { tasks, steps, calls }) {
  const wanted = { calls: steps, tasks, complete: tasks, steps, history: steps, queued: 0, delayed: 0 };
  const { rows } = await client.query(`
    select (select count(*) from tasker.tasks)::int as tasks,
           (select count(*) from tasker.tasks where state = 2)::int as complete,
           (select count(*) from tasker.steps where position >= 0 and state = 4)::int as steps,
           (select count(*) from tasker.step_history)::int as history,
           (select count(*) from tasker.queue)::int as queued,
           (select count(*) from tasker.delayed_steps)::int as delayed`);
  const found = { calls, ...rows[0] };
  const faults = Object.keys(wanted)
    .filter((fact) => found[fact] !== wanted[fact])
    .map((fact) => `${fact}: ${found[fact]} instead of ${wanted[fact]}`);
  return [...faults, ...(await auditFindings(client))];
}

async function auditFindings(client) {
  const { rows: known } = await client.query("select to_regproc('tasker.audit_v1') is not null as yes");
  if (!known[0].yes) return [];
  const { rows } = await client.query('select rule, count(*)::int as number from tasker.audit_v1() group by rule');
  return rows.map(({ rule, number }) => `audit: ${rule} (${number})`);
}
