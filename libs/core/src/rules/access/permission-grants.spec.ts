import { checkGrants, grants } from './permission-grants';
import { ENGINE_WIDE_PERMISSIONS, PERMISSIONS, type Permission } from './permissions';

const ALL = Object.keys(PERMISSIONS) as Permission[];
const covered = (...granted: string[]): Permission[] => ALL.filter((permission) => grants(granted, permission));

describe('grants', () => {
  it.each(['*', 'tasker.*', 'tasker.*:*'])('%s covers what it says', (pattern) => {
    expect(covered(pattern)).toEqual(pattern === 'tasker.*:*' ? [] : ALL);
  });

  it('covers the actions of one resource', () => {
    expect(covered('tasker.handler:*')).toEqual([
      'tasker.handler:index',
      'tasker.handler:show',
      'tasker.handler:pause',
    ]);
  });

  it('covers one action of all resources', () => {
    expect(covered('tasker.*:show')).toEqual(['tasker.task:show', 'tasker.workflow_step:show', 'tasker.handler:show']);
  });

  it('covers one permission by its name', () => {
    expect(covered('tasker.task:show')).toEqual(['tasker.task:show']);
  });

  it.each([
    ...[
      '',
      'tasker',
      'tasker.task',
      'tasker.task:',
      'tasker.task:sh*',
      'tasker.t*',
      '**',
      '*:index',
      '.*',
      'task:show',
    ],
    ...['tasker.task:show ', 'TASKER.TASK:SHOW', 'tasker.task:show:*', 'tasker.task.*', 'tasker.task:*:*'],
  ])('covers nothing with %j', (pattern) => {
    expect(covered(pattern)).toEqual([]);
  });

  it('covers nothing with nothing', () => {
    expect(covered()).toEqual([]);
  });
});

describe('checkGrants', () => {
  it('accepts names and stars', () => {
    expect(checkGrants(['*', 'tasker.task:*', 'tasker.*:index', 'tasker.worker:drain'], 'roles.a')).toEqual([]);
  });

  it('names the nearest permission of a slip, with its place', () => {
    expect(checkGrants(['tasker.task:show', 'tasker.task:retyr', 'billing'], 'roles.viewer')).toEqual([
      {
        path: 'roles.viewer[1]',
        message: '"tasker.task:retyr" covers no permission; did you mean "tasker.task:retry"?',
      },
      { path: 'roles.viewer[2]', message: '"billing" covers no permission' },
    ]);
  });
});

describe('permissions that no namespace bounds', () => {
  it('are about workers, metrics and the status, and are known', () => {
    expect([...ENGINE_WIDE_PERMISSIONS].sort()).toEqual(
      ALL.filter((permission) => /^tasker\.(health_status|metrics|worker):/.test(permission)).sort(),
    );
  });
});
