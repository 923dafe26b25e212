import type { TaskPlan } from '../rules/template/task-plan';

/** Plans of the templates this process has registered: by name for whoever creates tasks, by revision for the engine. @public */
export class TemplateRegistry {
  private readonly byId = new Map<number, TaskPlan>();
  private readonly byName = new Map<string, TaskPlan[]>();

  /** New tasks use it from now on, instead of an older revision of the same version. */
  add(plan: TaskPlan): void {
    this.byId.set(plan.templateId, plan);
    const { namespace, name, version } = plan.definition;
    const key = `${namespace}/${name}`;
    const others = (this.byName.get(key) ?? []).filter((other) => other.definition.version !== version);
    this.byName.set(
      key,
      [...others, plan].sort((a, b) => compareVersions(b.definition.version, a.definition.version)),
    );
  }

  /** Also a revision that new tasks do not use any more. */
  plan(templateId: number): TaskPlan | undefined {
    return this.byId.get(templateId);
  }

  /** The given version, or the highest one. */
  find(namespace: string, name: string, version?: string): TaskPlan | undefined {
    const versions = this.byName.get(`${namespace}/${name}`) ?? [];
    return version === undefined ? versions[0] : versions.find((plan) => plan.definition.version === version);
  }

  /** Current plans, by namespace, name and descending version. */
  list(): TaskPlan[] {
    return [...this.byName.keys()].sort().flatMap((key) => this.byName.get(key) ?? []);
  }
}

/** Numeric, part by part: 0.10.0 is newer than 0.9.0. @public */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < 3; i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
