import { TestApps } from '../module/support/boot-app';
import { restApp, type RestApp } from './support/rest-app';

const apps = new TestApps();

describe('handlers, workers and reports', () => {
  let rest: RestApp;
  beforeAll(async () => (rest = await restApp(apps, { options: { worker: { queues: ['default'], name: 'left' } } })));
  afterAll(() => apps.closeAll());

  it('lists namespaces and their templates, the highest version first', async () => {
    expect((await rest.get('/handlers')).body.namespaces).toEqual([
      { name: 'default', handlerCount: 5 },
      { name: 'other', handlerCount: 1 },
    ]);
    const { body } = await rest.get('/handlers/default');
    expect(body.handlers[1]).toEqual({
      ...{ name: 'count', namespace: 'default', versions: ['1.10.0', '1.9.0', '1.0.0'], latestVersion: '1.10.0' },
    });
    expect((await rest.get('/handlers/nowhere')).body).toMatchObject({ errorCode: 'TSK_TEMPLATE_NOT_FOUND' });
  });

  it('shows a template with its steps, graph, diagram and versions', async () => {
    const { body } = await rest.get('/handlers/default/order');
    expect(body).toMatchObject({
      ...{
        fullName: 'default.order@1.0.0',
        revision: 1,
        description: 'A diamond.',
        versions: ['1.0.0'],
        available: true,
      },
      diagram: { format: 'mermaid', diagram: expect.stringContaining('flowchart TD') },
    });
    expect(body.stepTemplates[3]).toMatchObject({
      name: 'd',
      handler: 'count',
      dependsOn: ['b', 'c'],
      available: true,
    });
    expect(body.dependencyGraph.executionOrder).toEqual(['a', 'b', 'c', 'd']);
    expect(body.dependencyGraph.edges).toContainEqual({ from: 'c', to: 'd' });
    expect((await rest.get('/handlers/default/count')).body.version).toBe('1.10.0');
    expect((await rest.get('/handlers/default/count?version=1.9.0')).body.version).toBe('1.9.0');
    expect((await rest.get('/handlers/default/count?version=2.0.0')).status).toBe(404);
  });

  it('tells what a step is that has no handler, and that every worker serves it', async () => {
    const { body } = await rest.get('/handlers/default/asking');
    expect(body.stepTemplates).toMatchObject([
      {
        ...{ name: 'ask', kind: 'approval', handler: '@engine', available: true },
        ...{ when: null, runIf: 'any', switch: null, choices: null },
      },
    ]);
    expect(body.dependencyGraph.nodes).toEqual([{ name: 'ask', kind: 'approval', handler: '@engine' }]);
  });

  it('says when no live worker serves a step', async () => {
    const { body } = await rest.get('/handlers/default/stuck');
    expect(body).toMatchObject({ available: false, stepTemplates: [{ queue: 'nowhere', available: false }, {}] });
  });

  it('lists workers, and drains one', async () => {
    const { workers } = (await rest.get('/workers')).body;
    expect(workers).toMatchObject([{ name: 'left', alive: true, draining: false, queues: ['default'] }]);
    expect((await rest.post(`/workers/${workers[0].id}/drain`)).status).toBe(202);
    expect((await rest.get('/workers')).body.workers).toMatchObject([{ draining: true }]);
    for (const id of ['0', '2147483648', 'left']) expect((await rest.post(`/workers/${id}/drain`)).status).toBe(404);
  });

  it('reports on windows', async () => {
    const until = encodeURIComponent('2026-01-01T00:00:00Z');
    const { body } = await rest.get(`/analytics/performance?since=2025-12-31T00:00:00Z&until=${until}&groupBy=all`);
    expect(body).toMatchObject({ since: '2025-12-31T00:00:00.000Z', until: '2026-01-01T00:00:00.000Z', groups: [] });
    const wrong = await rest.get('/analytics/slowest_steps?since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z');
    expect(wrong.body).toMatchObject({ statusCode: 400, details: [{ path: 'since' }] });
  });
});
