import { Injectable } from '@nestjs/common';
import type { TaskFilter } from '@tasker/core';
import {
  AnalyticsStore,
  DiagramStore,
  ExplanationStore,
  StepInsightStore,
  TaskerDatabase,
  TaskReadStore,
  TemplateCatalogue,
  type BlastRadius,
  type Bottleneck,
  type CriticalPath,
  type DependencyLevel,
  type ErrorChain,
  type ExecutionContext,
  type FailureGroup,
  type HealthCounts,
  type Parallelism,
  type Performance,
  type PerformanceQuery,
  type RankedQuery,
  type SlowStep,
  type SlowTask,
  type StepReadiness,
  type TaskCount,
  type TaskExplanation,
  type TemplateAddress,
} from '@tasker/postgres';

/**
 * The read model: how tasks stand and why, what was slow, what fails. Reads only, and takes no lock.
 *
 * Methods about one task throw TSK_TASK_NOT_FOUND; those with a query throw TSK_REQUEST_INVALID with every fault.
 *
 * @public
 */
@Injectable()
export class TaskInsights {
  private readonly tasks: TaskReadStore;
  private readonly steps: StepInsightStore;
  private readonly explanations: ExplanationStore;
  private readonly diagrams: DiagramStore;
  private readonly analytics: AnalyticsStore;

  constructor({ session }: TaskerDatabase) {
    this.tasks = new TaskReadStore(session);
    this.steps = new StepInsightStore(session);
    this.explanations = new ExplanationStore(session, this.tasks, this.steps);
    this.diagrams = new DiagramStore(new TemplateCatalogue(session), this.tasks, this.steps);
    this.analytics = new AnalyticsStore(session);
  }

  /** How many tasks match; an estimate, and saying so, when counting them would take long. */
  count(filter: TaskFilter): Promise<TaskCount> {
    return this.tasks.count(filter);
  }

  /** Every step in the order of the template: whether it is ready, and why it does not run, as data and in words. */
  readiness(taskId: string): Promise<StepReadiness[]> {
    return this.steps.readiness(taskId);
  }

  /** The task in numbers, what it does as a whole, and what to do about it. */
  executionContext(taskId: string): Promise<ExecutionContext> {
    return this.steps.executionContext(taskId);
  }

  /** Steps by their longest way from a root, roots first. */
  levels(taskId: string): Promise<DependencyLevel[]> {
    return this.steps.levels(taskId);
  }

  /** The chain of dependent steps that took longest, by what was measured; linear in steps and dependencies. */
  criticalPath(taskId: string): Promise<CriticalPath> {
    return this.steps.criticalPath(taskId);
  }

  /** Steps that failed, were cancelled or wait for a retry, and what each holds up; what holds up most first. */
  errorChains(taskId: string): Promise<ErrorChain[]> {
    return this.steps.errorChains(taskId);
  }

  /**
   * What depends on a step, near or far.
   *
   * @throws {TaskerError} TSK_STEP_NOT_FOUND with `data.steps`
   */
  blastRadius(taskId: string, step: string): Promise<BlastRadius> {
    return this.steps.blastRadius(taskId, step);
  }

  /** How far the steps of a task run, and ran, at the same time. */
  parallelism(taskId: string): Promise<Parallelism> {
    return this.steps.parallelism(taskId);
  }

  /** The story of a task in order, what it waits for now, and which verbs would not be refused now. */
  explain(taskId: string): Promise<TaskExplanation> {
    return this.explanations.explain(taskId);
  }

  /** The task as a Mermaid flowchart with the states of its steps. */
  taskDiagram(taskId: string): Promise<string> {
    return this.diagrams.task(taskId);
  }

  /**
   * A template as a Mermaid flowchart.
   *
   * @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND
   */
  templateDiagram(address: TemplateAddress): Promise<string> {
    return this.diagrams.template(address);
  }

  /** How everything stands now. */
  healthCounts(): Promise<HealthCounts> {
    return this.analytics.healthCounts();
  }

  /** Counts and true percentiles of what ended in the window, grouped as asked; most attempts first. */
  performance(query: PerformanceQuery = {}): Promise<Performance> {
    return this.analytics.performance(query);
  }

  /** Attempts that ended in the window, longest first. */
  slowestSteps(query: RankedQuery = {}): Promise<SlowStep[]> {
    return this.analytics.slowestSteps(query);
  }

  /** Tasks that ended in the window, longest first. */
  slowestTasks(query: RankedQuery = {}): Promise<SlowTask[]> {
    return this.analytics.slowestTasks(query);
  }

  /** Where the time of the window went, step by step, and what the figures say; most time first. */
  bottlenecks(query: RankedQuery = {}): Promise<Bottleneck[]> {
    return this.analytics.bottlenecks(query);
  }

  /** Failed attempts of the window, gathered by cause and step, most first. */
  failureGroups(query: RankedQuery = {}): Promise<FailureGroup[]> {
    return this.analytics.failureGroups(query);
  }
}
