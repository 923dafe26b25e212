import { compilePlan } from '../rules/template/compile-plan';
import { normaliseTemplate } from '../rules/template/step-defaults';
import type { TaskPlan } from '../rules/template/task-plan';
import { PlanCache } from './plan-cache';
import { TemplateRegistry } from './template-registry';

const definition = normaliseTemplate({ name: 't', steps: [{ name: 'a', handler: 'h' }] });
const planOf = (templateId: number): TaskPlan => compilePlan(definition, { templateId, revision: 1, lanes: [1] });

class Loader {
  readonly asked: number[] = [];
  failures = 0;

  async loadPlan(templateId: number): Promise<TaskPlan> {
    this.asked.push(templateId);
    if (this.failures-- > 0) throw new Error('not now');
    return planOf(templateId);
  }
}

describe('PlanCache', () => {
  it('answers at once with what is registered, and loads nothing', () => {
    const [loader, registry] = [new Loader(), new TemplateRegistry()];
    const plan = planOf(1);
    registry.add(plan);
    expect(new PlanCache(loader, registry).plan(1)).toBe(plan);
    expect(loader.asked).toEqual([]);
  });

  it('loads a revision once, however many ask, and answers at once from then on', async () => {
    const loader = new Loader();
    const cache = new PlanCache(loader);
    const [one, other] = await Promise.all([cache.plan(7), cache.plan(7)]);
    expect(one).toBe(other);
    expect(cache.plan(7)).toBe(one);
    expect(loader.asked).toEqual([7]);
  });

  it('keeps no failure', async () => {
    const loader = new Loader();
    loader.failures = 1;
    const cache = new PlanCache(loader);
    await expect(cache.plan(7)).rejects.toThrow('not now');
    await expect(cache.plan(7)).resolves.toMatchObject({ templateId: 7 });
    expect(loader.asked).toEqual([7, 7]);
  });

  it('keeps so many: the one used longest ago makes room', async () => {
    const loader = new Loader();
    const cache = new PlanCache(loader, undefined, 2);
    for (const id of [1, 2, 1, 3, 1, 2]) await cache.plan(id);
    expect(loader.asked).toEqual([1, 2, 3, 2]);
  });
});
