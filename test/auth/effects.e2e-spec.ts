import type { AccessPolicy } from '@tasker/nestjs/access';
import { TestApps } from '../module/support/boot-app';
import { ended, restApp, type RestAnswer, type RestApp } from '../rest/support/rest-app';

const apps = new TestApps();
let rest: RestApp;

/** The permissions are what the header says, and perhaps a namespace. */
const spelledOut: AccessPolicy = {
  authenticate: (request) => {
    const { headers } = request as { headers: Record<string, string | undefined> };
    const [permissions = '', namespace] = (headers['x-caller'] ?? '').split('@');
    const namespaces = namespace === undefined ? ('*' as const) : [namespace];
    return Promise.resolve({ id: 'ann', permissions: permissions.split(','), namespaces });
  },
};

beforeAll(async () => {
  rest = await restApp(apps, { rest: { access: spelledOut } });
});
afterAll(() => apps.closeAll());

const make = async (name: string): Promise<string> => {
  const { body } = await rest.post('/tasks', { name }, { caller: '*' });
  if (name === 'failing') await ended({ ...rest, get: (path) => rest.get(path, { caller: '*' }) }, body.taskId);
  return body.taskId as string;
};

type Call = (caller: string, taskId: string) => Promise<RestAnswer>;

/** What is done, the permission of the route, and what is needed besides. */
const EFFECTS: [what: string, on: string, route: string, besides: string, call: Call][] = [
  [
    ...(['a rerun with inputs', 'failing', 'tasker.task:retry', 'tasker.workflow_step:update'] as const),
    (caller, id) => rest.post(`/tasks/${id}/rerun`, { step: 'pay', inputs: { a: 1 } }, { caller }),
  ],
  [
    ...(['the same on the step', 'failing', 'tasker.workflow_step:retry', 'tasker.workflow_step:update'] as const),
    (caller, id) => rest.post(`/tasks/${id}/workflow_steps/pay/rerun`, { inputs: { a: 1 } }, { caller }),
  ],
  [
    ...([
      'a retry with more attempts',
      'failing',
      'tasker.workflow_step:retry',
      'tasker.workflow_step:update',
    ] as const),
    (caller, id) => rest.post(`/tasks/${id}/workflow_steps/pay/retry`, { attempts: 9 }, { caller }),
  ],
  [
    ...(['a creation with a priority', '', 'tasker.task:create', 'tasker.task:update'] as const),
    (caller) => rest.post('/tasks', { name: 'count', priority: 100 }, { caller }),
  ],
  [
    ...(['a creation that leaves steps out', '', 'tasker.task:create', 'tasker.workflow_step:skip'] as const),
    (caller) => rest.post('/tasks', { name: 'order', bypassSteps: ['a'] }, { caller }),
  ],
  [
    ...(['showing the steps', 'stuck', 'tasker.task:show', 'tasker.workflow_step:index'] as const),
    (caller, id) => rest.get(`/tasks/${id}?include=steps`, { caller }),
  ],
  ...(
    [
      'context={"secret":1}',
      'attributes={"tier":1}',
      'annotation={"type":"x"}',
      'errorKind=error',
      'errorMessage=hunter',
    ] as const
  ).map((query): (typeof EFFECTS)[number] => [
    ...([`a search by ${query}`, '', 'tasker.task:index', 'tasker.task:show'] as const),
    (caller) => rest.get(`/tasks?${encodeURI(query)}`, { caller }),
  ]),
  [
    ...(['a search by state of a step', '', 'tasker.task:index', 'tasker.workflow_step:index'] as const),
    (caller) => rest.get('/tasks?step=a&stepState=error', { caller }),
  ],
  [
    ...(['a bulk operation by context', '', 'tasker.task:bulk,tasker.task:pause', 'tasker.task:show'] as const),
    (caller) =>
      rest.post('/bulk/preview', { command: { verb: 'pause' }, filter: { context: { secret: 1 } } }, { caller }),
  ],
  [
    ...(['a bulk rerun with inputs', '', 'tasker.task:bulk,tasker.task:retry', 'tasker.workflow_step:update'] as const),
    (caller) => {
      const command = { verb: 'rerun', step: 'pay', inputs: { a: 1 } };
      return rest.post('/bulk/preview', { command, filter: { state: ['error'] } }, { caller });
    },
  ],
];

describe('permission follows the effect', () => {
  it.each(EFFECTS)('%s', async (_what, on, route, besides, call) => {
    const taskId = on === '' ? '' : await make(on);
    const refused = await call(route, taskId);
    expect(refused).toMatchObject({ status: 403, body: { data: { permission: besides } } });
    expect((await call(`${route},${besides}`, taskId)).status).toBeLessThan(300);
  });

  it('in a batch, each task for itself', async () => {
    const tasks = [{ name: 'count' }, { name: 'count', priority: 5 }];
    const { body } = await rest.post('/tasks/batch', { tasks }, { caller: 'tasker.task:create' });
    expect(body).toMatchObject({
      created: 1,
      refused: 1,
      tasks: [{ duplicate: false }, { error: { statusCode: 403 } }],
    });
  });

  it('and waits show the steps to those who may list them', async () => {
    const taskId = await make('failing');
    const { body } = await rest.get(`/tasks/${taskId}/wait`, { caller: 'tasker.task:show' });
    expect(body.task).not.toHaveProperty('steps');
    const all = await rest.get(`/tasks/${taskId}/wait`, { caller: 'tasker.task:show,tasker.workflow_step:index' });
    expect(all.body.task.steps).toHaveLength(2);
  });
});

describe('the inside of the installation', () => {
  const paths = (id: string): string[] =>
    [
      '/explain',
      '/history',
      '/error-chains',
      '?include=steps,transitions',
      '/wait',
      '/workflow_steps',
      '/workflow_steps/pay',
    ].map((path) => `/tasks/${id}${path.replace('steps,transitions', 'steps&include=transitions')}`);
  const inside = /"stack":|"host":"(?!unknown)|\.ts:\d+|\bon worker-?\d* of /;

  it.each(['*@default', 'tasker.task:show,tasker.workflow_step:*'])('is not for %s', async (caller) => {
    const taskId = await make('failing');
    for (const path of paths(taskId)) {
      const { status, body } = await rest.get(path, { caller });
      expect(status).toBe(200);
      expect(JSON.stringify(body)).not.toMatch(inside);
    }
  });

  it('is for those who may list the workers', async () => {
    const taskId = await make('failing');
    const { body } = await rest.get(`/tasks/${taskId}/explain`, { caller: 'tasker.task:show,tasker.worker:index' });
    expect(JSON.stringify(body)).toMatch(inside);
  });
});

it('suggests no template of another namespace', async () => {
  const { body } = await rest.post('/tasks', { name: 'orde' }, { caller: '*@default' });
  expect(body.message).toContain('Did you mean default.order@1.0.0?');
  const hidden = await rest.post('/tasks', { name: 'count', namespace: 'othe' }, { caller: '*@othe' });
  expect(hidden.body.message).toBe('No template is registered as othe.count.');
});
