import type { EventBus, StepEventBase, StepFailure, TaskEventBase, TaskerEventName, TaskerEvents } from '@tasker/core';
import { Distribution } from './distribution';
import { definitionOf } from './metric-table';
import { SeriesTable } from './series-table';

const SECONDS = definitionOf('tasker_step_duration_seconds').buckets ?? [];
const WAIT_SECONDS = definitionOf('tasker_step_wait_seconds').buckets ?? [];

/** Names of one kind in one series; more are counted as "other". */
const MOST_NAMES = 100;

/** Counts by name. @internal */
export class NameCounts {
  private readonly counts = new Map<string, number>();

  add(name: string): void {
    const known = this.counts.get(name);
    const counted = known !== undefined || this.counts.size < MOST_NAMES ? name : 'other';
    this.counts.set(counted, (this.counts.get(counted) ?? 0) + 1);
  }

  all(): Iterable<[string, number]> {
    return this.counts;
  }
}

/** Counts of one task template. @internal */
export class TaskSeries {
  created = 0;
  readonly finished = new NameCounts();
  readonly customEvents = new NameCounts();
  readonly operatorEvents = new NameCounts();
}

/** Counts of one step template. @internal */
export class StepSeries {
  readonly outcomes = new NameCounts();
  readonly failures = new NameCounts();
  readonly wait = new Distribution(WAIT_SECONDS);
  readonly durations = {
    complete: new Distribution(SECONDS),
    retry: new Distribution(SECONDS),
    error: new Distribution(SECONDS),
  };
}

type Timed = StepEventBase & { readonly durationMs: number };
type Failed = Timed & { readonly error: StepFailure };

const OWN_ENDS = { 'task.completed': 'complete', 'task.failed': 'error' } as const;
const ENDS = {
  'task.cancelled': 'cancelled',
  'task.resolved': 'resolved_manually',
} as const;
const UNTIMED = { 'step.released': 'released', 'step.outcome_dropped': 'dropped', 'step.aborted': 'aborted' } as const;
/** Without `step.skipped`, which the engine publishes as well. */
const BY_OPERATORS = [
  ...[
    'task.cancelled',
    'task.resolved',
    'task.reopened',
    'task.paused',
    'task.resumed',
    'task.edited',
    'task.annotated',
  ],
  ...[
    'step.cancelled',
    'step.resolved',
    'step.reset',
    'step.inputs_edited',
    'step.attempts_edited',
    'step.paused',
    'step.resumed',
  ],
] as const satisfies readonly TaskerEventName[];

/**
 * Counts what the events of this process say; well below a microsecond per event, because it happens between two steps.
 *
 * @internal
 */
export class EventCounts {
  readonly tasks: SeriesTable<TaskSeries>;
  readonly steps: SeriesTable<StepSeries>;
  readonly settlementOutcomes = new Distribution(definitionOf('tasker_settlement_outcomes').buckets ?? []);
  readonly settlementSeconds = new Distribution(definitionOf('tasker_settlement_seconds').buckets ?? []);
  workersLost = 0;
  stepsRescued = 0;

  constructor(
    maxSeries: number,
    private readonly versions: boolean,
  ) {
    this.tasks = new SeriesTable(maxSeries, () => new TaskSeries());
    this.steps = new SeriesTable(maxSeries, () => new StepSeries());
  }

  /** @returns a function that takes all subscriptions back */
  listen(events: EventBus): () => void {
    const stops = [...this.listenToTasks(events), ...this.listenToSteps(events), ...this.listenToEngine(events)];
    return () => stops.forEach((stop) => stop());
  }

  private listenToTasks(events: EventBus): (() => void)[] {
    return [
      events.on('task.initialize_requested', (event) => void this.task(event).created++),
      ...entries(OWN_ENDS).map(([name, state]) => events.onEnd(name, (event) => this.task(event).finished.add(state))),
      ...entries(ENDS).map(([name, state]) => events.on(name, (event) => this.task(event).finished.add(state))),
      ...BY_OPERATORS.map((name) => events.on(name, (event) => this.operator(event, name))),
      events.on('custom', (event) => this.task(event).customEvents.add(event.event)),
    ];
  }

  private listenToSteps(events: EventBus): (() => void)[] {
    return [
      events.on('step.execution_requested', (event) => this.began(event)),
      events.on('step.completed', (event) => void this.ended(event, 'complete')),
      events.on('step.failed', (event) => this.failed(event, event.final ? 'error' : 'retry')),
      events.on('step.skipped', (event) => {
        if (event.actor === undefined) this.step(event).outcomes.add('skipped');
        else this.operator(event, 'step.skipped');
      }),
      ...entries(UNTIMED).map(([name, outcome]) => events.on(name, (event) => this.step(event).outcomes.add(outcome))),
    ];
  }

  private listenToEngine(events: EventBus): (() => void)[] {
    return [
      events.on('engine.settled', ({ outcomes, durationMs }) => {
        this.settlementOutcomes.observe(outcomes);
        this.settlementSeconds.observe(durationMs / 1_000);
      }),
      events.on('worker.lost', ({ steps }) => {
        this.workersLost++;
        this.stepsRescued += steps;
      }),
    ];
  }

  private task({ namespace, task, version }: Pick<TaskEventBase, 'namespace' | 'task' | 'version'>): TaskSeries {
    return this.tasks.at(namespace, task, this.versions ? version : '', '');
  }

  private step({ namespace, task, version, step }: StepEventBase): StepSeries {
    return this.steps.at(namespace, task, this.versions ? version : '', step);
  }

  private began(event: TaskerEvents['step.execution_requested']): void {
    this.step(event).wait.observe(event.waitedMs / 1_000);
  }

  private ended(event: Timed, outcome: 'complete' | 'retry' | 'error'): StepSeries {
    const series = this.step(event);
    series.outcomes.add(outcome);
    series.durations[outcome].observe(event.durationMs / 1_000);
    return series;
  }

  private failed(event: Failed, outcome: 'retry' | 'error'): void {
    this.ended(event, outcome).failures.add(event.error.kind);
  }

  /** A step paused in every version of its template has none. */
  private operator(
    {
      namespace,
      task,
      version,
    }: { readonly namespace: string; readonly task: string; readonly version: string | null },
    name: string,
  ): void {
    this.task({ namespace, task, version: version ?? '' }).operatorEvents.add(name);
  }
}

const entries = <K extends TaskerEventName, V>(table: Readonly<Record<K, V>>) => Object.entries(table) as [K, V][];
