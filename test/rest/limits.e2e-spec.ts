import { TASKER_DATA_SOURCE } from '@tasker/nestjs/runtime';
import type { DataSource } from 'typeorm';
import { from, TestApps } from '../module/support/boot-app';
import { restApp, type RestApp } from './support/rest-app';

const apps = new TestApps();
let rest: RestApp;
let taskId: string;
beforeAll(async () => {
  rest = await restApp(apps, { options: { role: 'api' } });
  taskId = (await rest.post('/tasks', { name: 'stuck' })).body.taskId;
});
afterAll(() => apps.closeAll());

const MIB = 1_048_576;
const faultsOf = ({ body }: { body: { details?: { path: string; message: string }[] } }): string[] =>
  (body.details ?? []).map(({ path, message }) => `${path} ${message}`);

describe('what is stored has a size', () => {
  it.each([
    ['a context', 'POST', '/tasks', { name: 'count', context: { a: 'x'.repeat(MIB) } }, 'context'],
    ['a result', 'POST', 'workflow_steps/x/resolve', { result: 'x'.repeat(MIB) }, 'result'],
    ['inputs', 'PATCH', 'workflow_steps/x', { inputs: { a: 'x'.repeat(MIB) } }, 'inputs'],
  ])('%s of a MiB', async (_what, method, path, body, field) => {
    const answer = await rest.call(method, path.startsWith('/') ? path : `/tasks/${taskId}/${path}`, { body });
    expect(answer.status).toBe(400);
    expect(faultsOf(answer)).toEqual([`${field} must have at most ${MIB} bytes as JSON`]);
  });

  it('an annotation of 64 KiB, in bytes and not in characters', async () => {
    const annotate = (annotation: unknown) => rest.post(`/tasks/${taskId}/annotations`, { type: 'note', annotation });
    expect((await annotate('x'.repeat(65_534))).status).toBe(201);
    for (const annotation of ['x'.repeat(65_535), 'ü'.repeat(32_768)]) {
      expect(faultsOf(await annotate(annotation))).toEqual(['annotation must have at most 65536 bytes as JSON']);
    }
  });
});

describe('a body has the size of what is in it', () => {
  const KIB = 1_024;
  it.each<[string, string, number]>([
    ['POST', '/tasks/ID/cancel', 256 * KIB],
    ['POST', '/tasks/ID/workflow_steps/x/retry', 256 * KIB],
    ['PATCH', '/tasks/ID', 256 * KIB],
    ['POST', '/tasks/progress', 256 * KIB],
    ['POST', '/handlers/default/stuck/steps/x/pause', 256 * KIB],
    ['POST', '/tasks/ID/annotations', 512 * KIB],
    ['POST', '/bulk', MIB],
    ['POST', '/bulk/preview', MIB],
    ['POST', '/tasks', 4 * MIB],
    ['POST', '/tasks/ID/workflow_steps/x/resolve', 4 * MIB],
    ['PATCH', '/tasks/ID/workflow_steps/x', 4 * MIB],
  ])('%s %s: %i bytes', async (method, path, bytes) => {
    const send = (body: string) => rest.call(method, path.replace('ID', taskId), { body });
    expect(await send('x'.repeat(bytes + 1))).toMatchObject({ status: 413, body: { details: [] } });
    expect((await send('x'.repeat(bytes))).status).toBe(400);
  });
});

describe('lists of what callers add', () => {
  it('have pages, and an end', async () => {
    const { body } = await rest.post('/tasks', { name: 'stuck' });
    const path = `/tasks/${body.taskId}/annotations`;
    await rest.post(path, { type: 'note', annotation: 0 });
    await from<DataSource>(rest.app, TASKER_DATA_SOURCE).query(
      `insert into tasker.task_annotations (task_id, annotation_type_id, annotation)
       select $1, (select id from tasker.annotation_types where name = 'note'), to_jsonb(n) from generate_series(1, 998) n`,
      [body.taskId],
    );
    expect((await rest.get(path)).body.annotations).toHaveLength(100);
    const first = (await rest.get(`${path}?limit=2`)).body.annotations;
    const second = (await rest.get(`${path}?limit=2&after=${first[1].id}`)).body.annotations;
    expect([...first, ...second].map(({ annotation }) => annotation)).toEqual([0, 1, 2, 3]);
    expect((await rest.get(`${path}?limit=1001`)).status).toBe(400);
    expect((await rest.post(path, { type: 'note', annotation: 'the last' })).status).toBe(201);
    const refused = await rest.post(path, { type: 'note', annotation: 'one more' });
    expect(refused).toMatchObject({ status: 400, body: { message: expect.stringContaining('has 1000 annotations') } });
    const { story } = (await rest.get(`/tasks/${body.taskId}/explain`)).body;
    expect(JSON.stringify(story)).not.toContain('the last');
  });

  it('bulk operations of one namespace are found however many of others there are', async () => {
    const filter = (namespace: string) => ({ namespace, state: ['complete'] });
    const start = async (namespace: string): Promise<string> =>
      (await rest.post('/bulk', { command: { verb: 'pause' }, filter: filter(namespace) })).body.id;
    const ours = [await start('default'), await start('default')];
    for (let count = 0; count < 3; count++) await start('other');
    const list = async (query: string) =>
      (await rest.get(`/bulk${query}`, { caller: 'ada@default' })).body.operations.map(({ id }: { id: string }) => id);
    expect(await list('?limit=1')).toEqual([ours[1]]);
    expect(await list(`?limit=1&before=${ours[1]}`)).toEqual([ours[0]]);
    expect(await list(`?before=${ours[0]}`)).toEqual([]);
  });
});

describe('numbers', () => {
  it.each([
    ['POST', '/tasks', '{"name":"count","context":{"order":{"ids":[1,9007199254740993]}}}', 'context.order.ids[1]'],
    ['POST', '/tasks/ID/annotations', '{"type":"note","annotation":12345678901234567890}', 'annotation'],
    ['GET', '/tasks?context={"id":9007199254740993}', undefined, 'context.id'],
  ])('that would be rounded are refused with their path: %s %s', async (method, path, body, place) => {
    const answer = await rest.call(method, encodeURI(path.replace('ID', taskId)), { body });
    expect(answer.status).toBe(400);
    expect(faultsOf(answer)).toEqual([`${place} must be an integer that a double can hold; send it as text`]);
  });
});

describe('what a validator lets through, the database takes', () => {
  const TIMES = [
    ...['0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999999999Z', '2026-02-30T00:00:00Z'],
    ...['2026-01-01T00:00:00+15:59', '2026-01-01T00:00:00+16:00', '2026-01-01T00:00:00-15:59', '2026-01-01T24:00:00Z'],
    ...['2026-01-01T00:00:60Z', '9999-12-31T23:59:59-15:59', '0001-01-01T00:00:00+15:59', '2026-01-01T00:00:00+05:99'],
  ];
  it.each(TIMES)('the time %s', async (time) => {
    const listed = await rest.get(`/tasks?requestedAfter=${encodeURIComponent(time)}`);
    expect([200, 400]).toContain(listed.status);
    const bulk = { command: { verb: 'pause' }, filter: { requestedBefore: time, name: 'none' } };
    const preview = await rest.post('/bulk/preview', bulk);
    expect(preview.status).toBe(listed.status);
    expect((await rest.post('/bulk', bulk)).status).toBe(listed.status === 200 ? 202 : 400);
  });

  it.each([
    '-999999999999999999-1',
    '999999999999999999-1',
    '-62135596800000000-1',
    '253402300799999999-1',
    '0-1',
    '1-0',
  ])('the cursor %s', async (cursor) => {
    expect([200, 400]).toContain((await rest.get(`/tasks?cursor=${cursor}`)).status);
  });
});
