import { TaskerService, TaskInsights } from '@tasker/nestjs';
import { from, oneStep, TestApps } from '../module/support/boot-app';
import { StepHandler } from '@tasker/nestjs';

@StepHandler('greet')
class Greet {
  async process(): Promise<string> {
    return 'hello';
  }
}

const apps = new TestApps();
afterEach(() => apps.closeAll());

it('an application reads insights through TaskInsights, in a schema of its own', async () => {
  const app = await apps.boot({
    providers: [Greet],
    options: { database: { schema: 'flows' }, templates: [oneStep('greet')] },
  });
  const tasker = from(app, TaskerService);
  const { taskId } = await tasker.create({ name: 'greet', context: { a: 1 } });
  await tasker.waitFor(taskId);
  const insights = from(app, TaskInsights);
  expect((await insights.explain(taskId)).summary).toBe('Complete: 1 of 1 steps are satisfied.');
  expect(await insights.readiness(taskId)).toEqual([
    expect.objectContaining({ step: 'only', reason: { code: 'finished' } }),
  ]);
  expect(await insights.executionContext(taskId)).toMatchObject({ completionPercentage: 100 });
  expect(await insights.levels(taskId)).toEqual([{ level: 0, steps: [{ step: 'only', state: 'complete' }] }]);
  expect((await insights.criticalPath(taskId)).steps).toHaveLength(1);
  expect(await insights.errorChains(taskId)).toEqual([]);
  expect((await insights.blastRadius(taskId, 'only')).all).toEqual([]);
  expect((await insights.parallelism(taskId)).peakRunning).toBe(1);
  expect(await insights.taskDiagram(taskId)).toContain(':::complete');
  expect(await insights.templateDiagram({ namespace: 'default', name: 'greet' })).toContain('flowchart TD');
  expect(await insights.healthCounts()).toMatchObject({ totalTasks: 1, completeTasks: 1, workers: 1 });
  expect((await insights.performance({ groupBy: 'all' })).groups[0]).toMatchObject({ tasks: 1, attempts: 1 });
  expect(await insights.slowestSteps()).toHaveLength(1);
  expect(await insights.slowestTasks()).toHaveLength(1);
  expect(await insights.bottlenecks()).toHaveLength(1);
  expect(await insights.failureGroups()).toEqual([]);
  expect(await insights.count({ context: { a: 1 } })).toEqual({ count: 1, exact: true });
  expect((await from(app, TaskerService).list({ context: { a: 1 } })).tasks).toHaveLength(1);
});
