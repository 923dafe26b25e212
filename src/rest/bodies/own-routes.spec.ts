import { ownRoutes } from './own-routes';

describe('ownRoutes', () => {
  it.each([
    ...['/tasker/tasks', '/tasker/tasks?x=1', '/tasker/tasks/7/cancel', '/api/v1/tasker/handlers/a/b', '/tasker/bulk'],
    ...['/TASKER/tasks', '/tasker/Tasks/1', 'http://host/tasker/tasks', 'HTTPS://user@host:1/x/tasker/bulk?y'],
    ...['/tasker/tasks#x', '/tasker/paused_steps', '/tasker/analytics/performance', '/tasker/workers/1/drain'],
  ])('knows %s', (url) => {
    expect(ownRoutes('tasker')(url)).toBe(true);
  });

  it.each([
    '/',
    '/tasks',
    '/tasker',
    '/tasker/metrics',
    '/tasker/tasksmith',
    '/orders?next=/tasker/tasks',
    '/taskers/tasks',
  ])('leaves %s to the host', (url) => {
    expect(ownRoutes('tasker')(url)).toBe(false);
  });

  it('may be mounted anywhere', () => {
    expect(ownRoutes('')('/tasks/1')).toBe(true);
    expect(ownRoutes('a/b.c')('/x/a/b.c/tasks')).toBe(true);
    expect(ownRoutes('a/b.c')('/x/a/bxc/tasks')).toBe(false);
  });
});
