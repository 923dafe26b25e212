import { Injectable } from '@nestjs/common';
import {
  kindOf,
  stepAt,
  TaskerError,
  TemplateRegistry,
  type StepTemplateDefinition,
  type TaskPlan,
  type TaskTemplateDefinition,
} from '@tasker/core';
import { TaskInsights } from '../insights/task-insights';
import { WorkerRows } from './worker-rows';

/** Templates as this process has registered them. @internal */
@Injectable()
export class HandlerDocuments {
  constructor(
    private readonly templates: TemplateRegistry,
    private readonly workers: WorkerRows,
    private readonly insights: TaskInsights,
  ) {}

  /** Namespaces by name, each with the number of its templates. */
  namespaces(): { name: string; handlerCount: number }[] {
    const definitions = this.definitions();
    return distinct(definitions.map(({ namespace }) => namespace)).map((namespace) => {
      const own = definitions.filter((definition) => definition.namespace === namespace);
      return { name: namespace, handlerCount: distinct(own.map(({ name }) => name)).length };
    });
  }

  /**
   * The templates of a namespace by name, versions descending.
   *
   * @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND when it has none
   */
  namespace(namespace: string) {
    const own = this.definitions().filter((definition) => definition.namespace === namespace);
    if (own.length === 0) throw unknown(`There is no template in the namespace "${namespace}".`);
    const handlers = distinct(own.map(({ name }) => name)).map((name) => {
      const versions = own.filter((definition) => definition.name === name).map(({ version }) => version);
      return { name, namespace, versions, latestVersion: versions[0] ?? '' };
    });
    return { namespace, handlers, totalHandlers: handlers.length };
  }

  /** @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND */
  async handler(namespace: string, name: string, version?: string) {
    const plan = this.templates.find(namespace, name, version);
    if (!plan) {
      throw unknown(`No template is registered as ${namespace}.${name}${version === undefined ? '' : `@${version}`}.`);
    }
    const { definition, revision } = plan;
    const serves = await this.workers.served();
    const stepTemplates = definition.steps.map((step) => stepTemplate(step, serves(step.queue, step.handler)));
    const others = this.definitions().filter((other) => other.namespace === namespace && other.name === name);
    return {
      ...{ namespace, name, version: definition.version, revision },
      fullName: `${namespace}.${name}@${definition.version}`,
      description: definition.description ?? null,
      contextSchema: definition.contextSchema ?? null,
      versions: others.map((other) => other.version),
      available: stepTemplates.every((step) => step.available),
      stepTemplates,
      dependencyGraph: graphOf(plan),
      definition,
      diagram: { format: 'mermaid' as const, diagram: await this.diagram(definition) },
    };
  }

  private diagram({ namespace, name, version }: TaskTemplateDefinition): Promise<string> {
    return this.insights.templateDiagram({ namespace, name, version });
  }

  private definitions(): TaskTemplateDefinition[] {
    return this.templates.list().map(({ definition }) => definition);
  }
}

function stepTemplate(step: StepTemplateDefinition, available: boolean) {
  const { name, handler, dependsOn, retryable, retryLimit, timeoutMs, skippable, queue } = step;
  return {
    ...{ name, description: step.description ?? null, kind: kindOf(step), handler, available, dependsOn },
    ...{ when: step.when ?? null, runIf: step.runIf ?? 'any' },
    ...{ switch: step.switch ?? null, choices: step.choices ?? null },
    dependentSystem: step.dependentSystem ?? null,
    ...{ retryable, retryLimit, timeoutMs, skippable, queue, onWorkerLoss: step.onWorkerLoss },
    ...{ handlerConfig: step.handlerConfig, customEvents: step.customEvents },
  };
}

function graphOf(plan: TaskPlan) {
  const { steps, roots } = plan;
  const open = new Map(steps.map(({ position, parents }) => [position, parents.length]));
  const order = [...roots];
  // Grows while it is walked: a step follows when its last parent has been passed.
  for (const position of order) {
    for (const child of stepAt(plan, position)?.children ?? []) {
      const left = (open.get(child) ?? 0) - 1;
      open.set(child, left);
      if (left === 0) order.push(child);
    }
  }
  const nameOf = (position: number): string => stepAt(plan, position)?.name ?? '';
  return {
    nodes: steps.map(({ name, kind, definition: { handler } }) => ({ name, kind, handler })),
    edges: steps.flatMap(({ name, parents }) => parents.map((parent) => ({ from: nameOf(parent), to: name }))),
    executionOrder: order.map(nameOf),
  };
}

const distinct = (names: readonly string[]): string[] => [...new Set(names)];

const unknown = (message: string): TaskerError => new TaskerError('TSK_TEMPLATE_NOT_FOUND', message);
