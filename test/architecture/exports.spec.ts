import * as tasker from '@tasker/nestjs';

describe('the root entry', () => {
  it('has at most 30 doors: what few need is exported by a sub-path', () => {
    expect(Object.keys(tasker).length).toBeLessThanOrEqual(30);
  });

  it('keeps what is behind the service to itself', () => {
    expect(Object.keys(tasker)).not.toEqual(expect.arrayContaining(['TaskOperator']));
    expect(Object.keys(tasker)).not.toEqual(expect.arrayContaining(['TaskReader']));
  });
});
