import { RoleMap } from './role-map';

describe('RoleMap', () => {
  const map = new RoleMap({ viewer: ['tasker.*:index', 'tasker.*:show'], operator: ['tasker.task:*'], idle: [] });

  it('adds up what several roles grant', () => {
    expect(map.permissionsOf(['viewer', 'operator'])).toEqual(['tasker.*:index', 'tasker.*:show', 'tasker.task:*']);
  });

  it.each([[[]], [['idle']], [['unknown']], [['constructor', '__proto__', 'toString']]])(
    'grants nothing to %j',
    (roles) => {
      expect(map.permissionsOf(roles)).toEqual([]);
    },
  );

  it('refuses strings that are no permission, all at once, naming the nearest', () => {
    const wrong = () =>
      new RoleMap({ viewer: ['tasker.task:indx'], operator: ['tasker.task:*', 'tasker.tasks:retry'] });
    expect(wrong).toThrow(
      expect.objectContaining({
        code: 'TSK_OPTIONS_INVALID',
        details: [
          { path: 'roles.viewer[0]', message: expect.stringContaining('did you mean "tasker.task:index"?') },
          { path: 'roles.operator[1]', message: expect.stringContaining('did you mean "tasker.task:retry"?') },
        ],
      }),
    );
  });
});
