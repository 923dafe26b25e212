import type { TaskPlan } from '../template/task-plan';
import type { TemplateRegistry } from '../template/template-registry';

/** Compiled plans by template id: those this process has registered, and others, fetched when a first step needs them. */
export class PlanCache {
  private readonly loading = new Map<number, Promise<TaskPlan>>();

  constructor(
    private readonly templates: TemplateRegistry,
    private readonly load: (templateId: number) => Promise<TaskPlan>,
  ) {}

  /** @throws {Error} when it has to be fetched and the database does not answer */
  plan(templateId: number): TaskPlan | Promise<TaskPlan> {
    const known = this.templates.plan(templateId);
    if (known) return known;
    const running = this.loading.get(templateId);
    if (running) return running;
    const loading = this.load(templateId)
      .then((plan) => {
        this.templates.add(plan, false);
        return plan;
      })
      .finally(() => this.loading.delete(templateId));
    this.loading.set(templateId, loading);
    return loading;
  }
}
