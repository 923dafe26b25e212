import { TestApps } from '../module/support/boot-app';
import { ended, PLATFORMS, restApp, type RestApp } from './support/rest-app';

const apps = new TestApps();

describe.each(PLATFORMS)('tasks on %s', (_platform, adapter) => {
  let rest: RestApp;
  beforeAll(async () => (rest = await restApp(apps, { adapter })));
  afterAll(() => apps.closeAll());

  const create = async (body: object): Promise<string> => (await rest.post('/tasks', body)).body.taskId as string;

  it('creates a task and says where it is', async () => {
    const headers = { 'x-correlation-id': 'story-1', traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` };
    const sent = { name: 'order', context: { amount: 5 }, tags: ['web'], reason: 'checkout', sourceSystem: 'shop' };
    const made = await rest.post('/tasks', sent, { headers });
    expect(made).toMatchObject({ status: 201, body: { taskId: expect.any(String), duplicate: false } });
    expect(new URL(made.headers.get('location') ?? '', `${rest.base}/tasks`).pathname).toBe(
      `/tasker/tasks/${made.body.taskId}`,
    );
    expect(made.headers.get('x-correlation-id')).toBe('story-1');
    await ended(rest, made.body.taskId);
    const shown = await rest.get(`/tasks/${made.body.taskId}`);
    expect(shown.body).toMatchObject({
      ...{ id: made.body.taskId, state: 'complete', initiator: 'ada', reason: 'checkout', tags: ['web'] },
      ...{ correlationId: 'story-1', sourceSystem: 'shop', context: { amount: 5, note: 'none' } },
    });
  });

  it('does not let callers say who asks', async () => {
    const { status, body } = await rest.post('/tasks', { name: 'order', initiator: 'somebody else' });
    expect({ status, details: body.details }).toEqual({
      ...{ status: 400, details: [{ path: 'initiator', message: 'is not known' }] },
    });
  });

  it('tells every fault of a request at once, in one body', async () => {
    const answer = await rest.post('/tasks', { nam: 'order', priority: 'high', tags: [7] });
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      ...{ statusCode: 400, errorCode: 'TSK_REQUEST_INVALID', message: 'The request is invalid.' },
      details: expect.arrayContaining([
        { path: 'name', message: 'is required' },
        { path: 'nam', message: 'is not known; did you mean "name"?' },
        { path: 'priority', message: 'must be integer' },
        { path: 'tags[0]', message: 'must be string' },
      ]),
      ...{ hint: expect.any(String), data: {}, correlationId: answer.headers.get('x-correlation-id') },
    });
  });

  it('tells faults of the context where they are', async () => {
    const { status, body } = await rest.post('/tasks', { name: 'order', context: { amount: -1 } });
    expect(status).toBe(400);
    expect(body).toMatchObject({ errorCode: 'TSK_CONTEXT_INVALID', details: [{ path: 'context.amount' }] });
  });

  it('takes the idempotency key for the identity', async () => {
    const headers = { 'Idempotency-Key': 'order:42' };
    const first = await rest.post('/tasks', { name: 'order' }, { headers });
    const second = await rest.post('/tasks', { name: 'order' }, { headers });
    expect(second).toMatchObject({ status: 409, body: { data: { taskId: first.body.taskId } } });
    const third = await rest.post('/tasks', { name: 'order', onDuplicate: 'return' }, { headers });
    expect(third).toMatchObject({ status: 200, body: { taskId: first.body.taskId, duplicate: true } });
    const other = await rest.post('/tasks', { name: 'order', identity: 'order:43' }, { headers });
    expect(other).toMatchObject({ status: 400, body: { details: [{ path: 'identity' }] } });
    expect((await rest.get('/tasks?identity=order:42')).body.tasks).toHaveLength(1);
  });

  it('creates five hundred tasks in one call, and answers for each', async () => {
    const note = 'n'.repeat(500);
    const tasks = Array.from({ length: 500 }, (_, amount) => ({
      name: 'order',
      context: { amount, note },
      tags: ['many'],
    }));
    const mixed = [
      ...tasks.slice(0, 250),
      { name: 'order', context: { amount: 'much' } },
      ...tasks.slice(250),
      { name: 'none' },
    ];
    const { status, body } = await rest.post('/tasks/batch', { tasks: mixed });
    expect(status).toBe(200);
    expect(body).toMatchObject({ created: 500, duplicates: 0, refused: 2 });
    expect(new Set(body.tasks.map(({ taskId }: { taskId?: string }) => taskId)).size).toBe(501);
    expect(body.tasks[250]).toMatchObject({ index: 250, error: { statusCode: 400, errorCode: 'TSK_CONTEXT_INVALID' } });
    expect(body.tasks[501]).toMatchObject({
      index: 501,
      error: { statusCode: 404, errorCode: 'TSK_TEMPLATE_NOT_FOUND' },
    });
    expect(JSON.stringify(body.tasks[501])).not.toContain('known');
    const { total } = (await rest.get('/tasks?tags=many&limit=1&withTotal=true')).body;
    expect(total).toEqual({ count: 500, exact: true });
  });

  it.each(['asc', 'desc'])('pages through everything, %s, without duplicate or gap', async (order) => {
    const tag = `page-${order}`;
    const tasks = Array.from({ length: 57 }, () => ({ name: 'count', tags: [tag] }));
    const made = (await rest.post('/tasks/batch', { tasks })).body.tasks.map(
      ({ taskId }: { taskId: string }) => taskId,
    );
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const from: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const { body } = await rest.get(`/tasks?tags=${tag}&limit=10&order=${order}${from}`);
      seen.push(...body.tasks.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
      // Nothing that happens meanwhile moves the pages that follow.
      await create({ name: 'count', tags: ['elsewhere'] });
    }
    expect(seen).toEqual(order === 'asc' ? made : [...made].reverse());
  });

  it('finds tasks by everything a filter knows', async () => {
    const taskId = await create({
      name: 'failing',
      context: { customer: { tier: 'gold' }, amount: 5 },
      tags: ['x', 'y'],
    });
    await ended(rest, taskId);
    await rest.post(`/tasks/${taskId}/annotations`, { type: 'ticket', annotation: { ticket: 'OPS-17' } });
    const found = async (query: Record<string, string | string[]>): Promise<string[]> => {
      const pairs = Object.entries(query).flatMap(([key, values]) => [values].flat().map((value) => [key, value]));
      const { body } = await rest.get(`/tasks?${new URLSearchParams(pairs as [string, string][]).toString()}`);
      return body.tasks.map(({ id }: { id: string }) => id);
    };
    for (const query of [
      { state: ['error', 'cancelled'], name: 'failing' },
      { tags: ['x', 'y'] },
      { context: '{"customer":{"tier":"gold"}}' },
      { attributes: '{"tier":"gold","amount":{"gte":5,"lt":6}}' },
      { annotation: '{"type":"ticket","contains":{"ticket":"OPS-17"}}' },
      { step: 'pay', stepState: 'error', errorKind: 'permanent' },
      { ids: [taskId] },
      { namespace: 'default', name: 'failing', version: '1.0.0', hold: 'false', initiator: 'ada' },
      { tags: 'x', requestedAfter: '2020-01-01T00:00:00Z', finishedBefore: '2100-01-01T00:00:00+02:00' },
    ]) {
      await expect(found(query)).resolves.toEqual([taskId]);
    }
    await expect(found({ tags: ['x', 'z'] })).resolves.toEqual([]);
  });

  it.each([
    ['stat=error', 'stat', 'did you mean "state"'],
    ['state=eror', 'state[0]', 'must be one of'],
    ['limit=many', 'limit', 'must be integer'],
    ['limit=501', 'limit', 'must be <= 500'],
    ['limit=5&limit=6', 'limit', 'must be given once'],
    ['cursor=nonsense', 'cursor', 'nextCursor'],
    ['context={"a":', 'context', 'must be JSON'],
    ['context=[1]', 'context', 'must be object'],
    ['attributes={"total":{"gte":1,"lt":"b"}}', 'attributes.total', 'of one kind'],
    ['attributes=[1]', 'attributes', 'must be object'],
    ['annotation={"typ":"x"}', 'annotation.typ', 'did you mean "type"'],
    ['requestedAfter=yesterday', 'requestedAfter', 'must'],
    ['name=%00', 'name', 'NUL'],
  ])('refuses the query %s', async (query, path, message) => {
    const { status, body } = await rest.get(`/tasks?${encodeURI(query).replace('%2500', '%00')}`);
    expect(status).toBe(400);
    expect(body.details).toContainEqual({ path, message: expect.stringContaining(message) });
  });

  it('shows what include names', async () => {
    const taskId = await create({ name: 'order' });
    await ended(rest, taskId);
    const { body } = await rest.get(
      `/tasks/${taskId}?include=steps&include=dependencies&include=transitions&include=annotations`,
    );
    expect(body.steps.map(({ name, result }: { name: string; result: number }) => [name, result])).toEqual([
      ...[
        ['a', 1],
        ['b', 2],
        ['c', 2],
        ['d', 5],
      ],
    ]);
    expect(body.dependencies).toEqual([
      ...[
        { from: 'a', to: 'b' },
        { from: 'a', to: 'c' },
        { from: 'b', to: 'd' },
        { from: 'c', to: 'd' },
      ],
    ]);
    expect(body.transitions.task.map(({ to }: { to: string }) => to)).toEqual(['pending', 'in_progress', 'complete']);
    expect(body.annotations).toEqual([]);
    expect(Object.keys((await rest.get(`/tasks/${taskId}`)).body)).not.toEqual(expect.arrayContaining(['steps']));
  });

  it('sends nothing again to whoever has it, and another tag when something has changed', async () => {
    const taskId = await create({ name: 'stuck' });
    const first = await rest.get(`/tasks/${taskId}`);
    const tag = first.headers.get('etag') ?? '';
    const again = await rest.get(`/tasks/${taskId}`, { headers: { 'If-None-Match': `"x", W/${tag}` } });
    expect({ status: again.status, body: again.body }).toEqual({ status: 304, body: undefined });
    await rest.post(`/tasks/${taskId}/pause`);
    const changed = await rest.get(`/tasks/${taskId}`, { headers: { 'If-None-Match': tag } });
    expect(changed).toMatchObject({ status: 200, body: { hold: true, lockVersion: 1 } });
  });

  it('lets only one of two who decided on the same version act', async () => {
    const taskId = await create({ name: 'stuck' });
    const headers = { 'If-Match': (await rest.get(`/tasks/${taskId}`)).headers.get('etag') ?? '' };
    const acts = await Promise.all([
      rest.post(`/tasks/${taskId}/priority`, { priority: 5 }, { headers }),
      rest.call('PATCH', `/tasks/${taskId}`, { body: { tags: ['b'], priority: 7 }, headers }),
    ]);
    expect(acts.map(({ status }) => status).sort()).toEqual([200, 412]);
    expect(acts.find(({ status }) => status === 412)?.body).toMatchObject({ errorCode: 'TSK_VERSION_CONFLICT' });
    const odd = await rest.post(`/tasks/${taskId}/pause`, {}, { headers: { 'If-Match': 'yesterday' } });
    expect(odd).toMatchObject({ status: 400, body: { details: [{ path: 'If-Match' }] } });
    const any = await rest.post(`/tasks/${taskId}/pause`, {}, { headers: { 'If-Match': '*' } });
    expect(any.status).toBe(200);
  });

  it('edits tags, reason and priority together', async () => {
    const taskId = await create({ name: 'stuck', reason: 'checkout', tags: ['a'] });
    const headers = { 'If-Match': '"v0"' };
    const body = { tags: ['b', 'c'], reason: null, priority: 9 };
    const edited = await rest.call('PATCH', `/tasks/${taskId}`, { body, headers });
    expect(edited).toMatchObject({ status: 200, body: { changed: true, priority: 9, lockVersion: 1 } });
    expect((await rest.get(`/tasks/${taskId}`)).body).toMatchObject({ tags: ['b', 'c'], reason: null, priority: 9 });
    expect((await rest.call('PATCH', `/tasks/${taskId}`, { body: {} })).status).toBe(400);
  });

  it('knows no task with an odd id', async () => {
    for (const id of ['0', 'abc', '99999999999999999999', "1';drop table tasks"]) {
      const { status, body } = await rest.get(`/tasks/${encodeURIComponent(id)}`);
      expect({ status, code: body.errorCode }).toEqual({ status: 404, code: 'TSK_TASK_NOT_FOUND' });
    }
  });

  it('waits no longer than it is asked to', async () => {
    const taskId = await create({ name: 'stuck' });
    const waited = await rest.get(`/tasks/${taskId}/wait?timeoutMs=20`);
    expect(waited).toMatchObject({ status: 200, body: { finished: false, task: { id: taskId, state: 'pending' } } });
    const waiting = rest.get(`/tasks/${taskId}/wait`);
    await rest.post(`/tasks/${taskId}/cancel`);
    expect((await waiting).body).toMatchObject({ finished: true, task: { state: 'cancelled' } });
  });
});
