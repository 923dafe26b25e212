import type { TaskPlan } from '../rules/template/task-plan';

/** Where the plan of a revision comes from that this process has not registered itself. @public */
export interface PlanLoader {
  /** @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND */
  loadPlan(templateId: number): Promise<TaskPlan>;
}

/** What knows plans without asking anybody: a `TemplateRegistry`. */
interface KnownPlans {
  plan(templateId: number): TaskPlan | undefined;
}

/** Revisions kept beside the registered ones: more than have tasks at one time, few enough for memory. */
const KEPT = 1_000;

/**
 * Compiled plans by revision, also of those that only other processes have registered. A revision never changes: each
 * is loaded once, however many ask at the same time, and the one used longest ago makes room.
 *
 * @public
 */
export class PlanCache {
  private readonly loaded = new Map<number, TaskPlan>();
  private readonly loading = new Map<number, Promise<TaskPlan>>();

  /**
   * @param registered asked first; what it knows is not kept a second time
   * @param kept most loaded plans at one time
   */
  constructor(
    private readonly loader: PlanLoader,
    private readonly registered?: KnownPlans,
    private readonly kept = KEPT,
  ) {}

  /**
   * @returns the plan itself when it is known, without a promise: the engine asks for every step
   * @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND; a failed load is tried anew by the next who asks
   */
  plan(templateId: number): TaskPlan | Promise<TaskPlan> {
    return (
      this.registered?.plan(templateId) ??
      this.used(templateId) ??
      this.loading.get(templateId) ??
      this.load(templateId)
    );
  }

  /** The database may have lost revisions: what was loaded is asked for again. */
  forget(): void {
    this.loaded.clear();
  }

  private used(templateId: number): TaskPlan | undefined {
    const plan = this.loaded.get(templateId);
    // A map keeps the order of insertion: last in is last used.
    if (plan && this.loaded.delete(templateId)) this.loaded.set(templateId, plan);
    return plan;
  }

  private load(templateId: number): Promise<TaskPlan> {
    const loading = this.loader
      .loadPlan(templateId)
      .then((plan) => {
        for (const oldest of this.loaded.keys()) {
          if (this.loaded.size < this.kept) break;
          this.loaded.delete(oldest);
        }
        this.loaded.set(templateId, plan);
        return plan;
      })
      .finally(() => this.loading.delete(templateId));
    this.loading.set(templateId, loading);
    return loading;
  }
}
