import { ENGINE_WIDE_PERMISSIONS } from '@tasker/nestjs/access';
import { MARKER, MatrixApp, wrongAmong, type Case } from './support/matrix-app';
import type { WireOperation } from './support/operations';
import type { Aim, WireAnswer } from './support/wire';

/** Its permission opens reports by namespace; this one counts the whole engine. */
const ENGINE_WIDE_REPORT = 'GET /tasker/analytics/health_counts';

const matrix = new MatrixApp();
/** What billing has besides its task. */
let extra: { bulkId: string; approvalId: string };

beforeAll(async () => {
  await matrix.start();
  const headers = matrix.as('admin', ['billing']);
  const operation = (title: string): WireOperation =>
    matrix.operations.find((one) => one.title === title) as WireOperation;
  const bulk = { ...matrix.billing, body: { command: { verb: 'pause' }, filter: { name: 'none' }, reason: MARKER } };
  const started = await matrix.send(operation('POST /tasker/bulk'), headers, bulk);
  const paused = await matrix.send(operation('POST /tasker/handlers/:namespace/:name/steps/:step/pause'), headers, {
    ...matrix.billing,
    body: { reason: MARKER },
  });
  expect([started.status, paused.status]).toEqual([202, 200]);
  extra = { bulkId: (JSON.parse(started.text) as { id: string }).id, approvalId: await matrix.openApproval() };
}, 60_000);
afterAll(() => matrix.stop());

describe('credentials for another namespace', () => {
  /** Everything there is of billing: nothing of it may change. */
  const state = (): Promise<unknown> =>
    matrix.query(`
      select t.*, s.state as step, s.attempt, s.inputs,
             (select count(*) from tasker.task_history h where h.task_id = t.id) as acts,
             (select count(*) from tasker.step_history h where h.task_id = t.id) as attempts,
             (select count(*) from tasker.task_annotations a where a.task_id = t.id) as annotations,
             (select jsonb_agg(to_jsonb(p)) from tasker.step_pauses p where p.namespace = 'billing') as pauses,
             (select jsonb_agg(to_jsonb(a)) from tasker.approvals a where a.task_id = t.id) as approvals
        from tasker.tasks t
        join tasker.task_templates m on m.id = t.template_id and m.namespace = 'billing'
        left join tasker.steps s on s.task_id = t.id
       order by t.id, s.position`);

  it('see nothing and touch nothing, whatever they ask for', async () => {
    const before = await state();
    const aims: [string, (operation: WireOperation) => Aim][] = [
      ['as in the example', () => ({ ...matrix.billing, ...extra })],
      ['aimed at the namespace', ({ body, query }) => aimed(body, query)],
    ];
    for (const [how, aim] of aims) {
      const wrong = await wrongAmong(
        matrix.withEach([how]),
        (operation) => matrix.send(operation, matrix.as('admin', ['shop']), aim(operation)),
        ({ status, text }) => status < 500 && !text.includes(MARKER),
      );
      expect(wrong).toEqual([]);
    }
    expect(await state()).toEqual(before);
  });

  it.each<[string, (operation: WireOperation) => boolean, (answer: WireAnswer) => boolean]>([
    [
      '404 by the id of a task',
      ({ ofTask }) => ofTask,
      ({ status, errorCode }) => status === 404 && errorCode === 'TSK_TASK_NOT_FOUND',
    ],
    [
      '404 by the id of a bulk operation',
      ({ path }) => path.includes('/bulk/:id'),
      ({ status, errorCode }) => status === 404 && errorCode === 'TSK_BULK_NOT_FOUND',
    ],
    [
      '404 by the id of an approval',
      ({ path }) => path.includes('/approvals/:id'),
      ({ status, errorCode }) => status === 404 && errorCode === 'TSK_APPROVAL_NOT_FOUND',
    ],
    [
      '403 where all namespaces are concerned',
      ({ permission, title }) => ENGINE_WIDE_PERMISSIONS.includes(permission) || title === ENGINE_WIDE_REPORT,
      ({ status }) => status === 403,
    ],
    [
      '403 when the query names the namespace',
      ({ query, ofTask }) => query.includes('namespace') && !ofTask,
      ({ status }) => status === 403,
    ],
    [
      '403 or 404 when the path names the namespace',
      ({ path }) => path.includes(':namespace'),
      ({ status }) => status === 403 || status === 404,
    ],
  ])('are answered %s', async (_what, concerns, good) => {
    const cases = matrix.withEach(['shop']).filter(([operation]) => concerns(operation));
    expect(cases).not.toEqual([]);
    const wrong = await wrongAmong(
      cases,
      (operation) => matrix.send(operation, matrix.as('admin', ['shop']), aimed(operation.body, operation.query)),
      good,
    );
    expect(wrong).toEqual([]);
  });

  it('are no hindrance in their own', async () => {
    const reads = matrix.operations.filter(({ method, permission, title }) => {
      return method === 'GET' && !ENGINE_WIDE_PERMISSIONS.includes(permission) && title !== ENGINE_WIDE_REPORT;
    });
    const told: string[] = [];
    const wrong = await wrongAmong(
      reads.map((operation): Case<string> => [operation, 'billing']),
      (operation) => matrix.send(operation, matrix.as('admin', ['billing']), { ...matrix.billing, ...extra }),
      ({ status, text }, { title }) => {
        if (text.includes(MARKER)) told.push(title);
        return status === 200;
      },
    );
    // What the others must not see is there to be seen.
    expect(told).toEqual(expect.arrayContaining(['GET /tasker/tasks', 'GET /tasker/bulk', 'GET /tasker/paused_steps']));
    expect(wrong).toEqual([]);
  });

  it('that name none see nothing and touch nothing', async () => {
    const before = await state();
    const wrong = await wrongAmong(
      matrix.withEach([[], null, ['']]),
      (operation, ns) => matrix.send(operation, matrix.as('admin', ns), { ...matrix.billing, ...extra }),
      ({ status, text }) => status !== 201 && status < 500 && !text.includes(MARKER),
    );
    expect(wrong).toEqual([]);
    expect(await state()).toEqual(before);
  });
});

/** The same request with the namespace of others wherever it can be named. */
function aimed(body: unknown, query: readonly string[]): Aim {
  const named = query.includes('namespace') ? { query: { namespace: 'billing' } } : {};
  const aim = { ...matrix.billing, ...extra, ...named };
  if (typeof body !== 'object' || body === null) return aim;
  const { tasks, filter, name } = body as { tasks?: object[]; filter?: object; name?: string };
  const into = {
    ...(tasks ? { tasks: tasks.map((task) => ({ ...task, namespace: 'billing' })) } : {}),
    ...(filter ? { filter: { ...filter, namespace: 'billing' } } : {}),
    ...(name === undefined ? {} : { namespace: 'billing' }),
  };
  return { ...aim, body: { ...body, ...into } };
}
