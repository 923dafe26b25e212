import { healthFindings, type HealthFacts } from './health-findings';

const WELL: HealthFacts = {
  ...{ unfinishedTasks: 5, unservedSteps: 0, liveWorkers: 1, connectionsUsed: 0.9, errorRate: 0.5 },
};

describe('what is not as it should be', () => {
  it('is nothing at the limits', () => {
    expect(healthFindings(WELL)).toEqual([]);
    expect(healthFindings({ ...WELL, unfinishedTasks: 0, liveWorkers: 0, errorRate: null })).toEqual([]);
  });

  it.each<[Partial<HealthFacts>, string]>([
    [{ connectionsUsed: 0.914 }, '91 % of the connections are in use'],
    [{ errorRate: 0.51 }, 'more than half of the attempts fail'],
    [{ unservedSteps: 3 }, '3 ready steps have no live worker with their handler'],
    [{ liveWorkers: 0 }, 'there are unfinished tasks and no live worker'],
  ])('names what is beyond them: %j', (facts, finding) => {
    expect(healthFindings({ ...WELL, ...facts })).toEqual([finding]);
  });
});
