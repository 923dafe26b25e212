import type { Distribution } from './distribution';
import type { EventCounts, NameCounts, StepSeries, TaskSeries } from './event-counts';
import type { Sample } from './metric-set';
import type { SeriesKey, SeriesTable } from './series-table';

type Labels = Readonly<Record<string, string>>;

const taskLabels = ({ namespace, task, version }: SeriesKey): Labels => ({
  namespace,
  task,
  ...(version === '' ? {} : { version }),
});
const stepLabels = (key: SeriesKey): Labels => ({ ...taskLabels(key), step: key.step });

function named<T>(
  table: SeriesTable<T>,
  labels: (key: SeriesKey) => Labels,
  label: string,
  read: (series: T) => NameCounts,
): Sample[] {
  return [...table.all()].flatMap(([key, series]) =>
    [...read(series).all()].map(([name, count]): Sample => [{ ...labels(key), [label]: name }, count]),
  );
}

/** How each counter of this process is read. @internal */
export const COUNTER_SAMPLES: Readonly<Record<string, (counts: EventCounts) => readonly Sample[]>> = {
  tasker_tasks_created_total: ({ tasks }) =>
    [...tasks.all()].map(([key, { created }]: [SeriesKey, TaskSeries]): Sample => [taskLabels(key), created]),
  tasker_tasks_finished_total: ({ tasks }) => named(tasks, taskLabels, 'state', ({ finished }) => finished),
  tasker_step_attempts_total: ({ steps }) => named(steps, stepLabels, 'outcome', ({ outcomes }) => outcomes),
  tasker_step_failures_total: ({ steps }) => named(steps, stepLabels, 'kind', ({ failures }) => failures),
  tasker_custom_events_total: ({ tasks }) => named(tasks, taskLabels, 'event', ({ customEvents }) => customEvents),
  tasker_operator_events_total: ({ tasks }) =>
    named(tasks, taskLabels, 'event', ({ operatorEvents }) => operatorEvents),
  tasker_workers_lost_total: ({ workersLost }) => [[{}, workersLost]],
  tasker_steps_rescued_total: ({ stepsRescued }) => [[{}, stepsRescued]],
};

const stepDistributions = (
  { steps }: EventCounts,
  read: (series: StepSeries) => readonly Sample<Distribution>[],
): Sample<Distribution>[] =>
  [...steps.all()].flatMap(([key, series]) =>
    read(series)
      .filter(([, { count }]) => count > 0)
      .map(([labels, distribution]): Sample<Distribution> => [{ ...stepLabels(key), ...labels }, distribution]),
  );

/** How each histogram of this process is read. @internal */
export const HISTOGRAM_SAMPLES: Readonly<Record<string, (counts: EventCounts) => readonly Sample<Distribution>[]>> = {
  tasker_step_duration_seconds: (counts) =>
    stepDistributions(counts, ({ durations }) =>
      Object.entries(durations).map(([outcome, distribution]) => [{ outcome }, distribution]),
    ),
  tasker_step_wait_seconds: (counts) => stepDistributions(counts, ({ wait }) => [[{}, wait]]),
  tasker_settlement_outcomes: ({ settlementOutcomes }) => [[{}, settlementOutcomes]],
  tasker_settlement_seconds: ({ settlementSeconds }) => [[{}, settlementSeconds]],
};
