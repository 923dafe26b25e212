import type { Command } from 'commander';
import type { ShownTask } from '../backend/tasker-backend';
import type { Output } from '../output/output';
import type { Column } from '../output/table';
import { clock, duration } from '../output/times';
import { toneOf } from '../output/tones';
import type { Calls } from '../program/call';
import { teach } from '../program/examples';

type Step = ShownTask['steps'][number];
type Transition = {
  readonly at: string;
  readonly step: string | null;
  readonly from: string | null;
  readonly to: string;
  readonly actor: string | null;
  readonly reason: string | null;
};

const STEPS: readonly Column<Step>[] = [
  { head: 'STEP', value: ({ name }) => name, flexible: true },
  {
    head: 'STATE',
    value: ({ state, blocked, skipReason, progress }) =>
      shown(state, blocked ? 'blocked' : (skipReason ?? howFar(progress))),
    tone: ({ state }) => toneOf(state),
  },
  {
    head: 'ATTEMPT',
    value: ({ attempt, retryLimit, granted }) => `${attempt}/${retryLimit + granted}`,
    align: 'right',
  },
  { head: 'TOOK', value: took, align: 'right' },
  { head: 'AFTER', value: ({ parents }) => parents.join(', '), flexible: true },
  {
    head: 'ERROR',
    value: ({ error, state }) => (error && state !== 'complete' ? `${error.name}: ${error.message}` : null),
    flexible: true,
  },
];

const TRANSITIONS: readonly Column<Transition>[] = [
  { head: 'AT', value: ({ at }) => clock(at) },
  { head: 'STEP', value: ({ step }) => step, flexible: true },
  { head: 'FROM', value: ({ from }) => from },
  { head: 'TO', value: ({ to }) => to },
  { head: 'ACTOR', value: ({ actor }) => actor, flexible: true },
  { head: 'REASON', value: ({ reason }) => reason, flexible: true },
];

/** `task show`. @internal */
export function addTaskShow(group: Command, calls: Calls): void {
  const show = group
    .command('show')
    .description('Show a task with its steps, context and annotations.')
    .argument('<id>', 'id of the task')
    .option('--history', 'every change of state as well');
  show.action(
    calls.action<[string], { history?: boolean }>(async ({ backend, output, options }, id) => {
      const task = await backend.showTask(id, options.history === true);
      output.show(task, () => showTask(task, output));
    }),
  );
  teach(
    show,
    ['tasker task show 42', 'where it stands'],
    ['tasker task show 42 --history', 'who and what moved it'],
    ['tasker task show 42 --json | jq ".steps[] | {name, result}"', 'results of its steps'],
  );
}

function showTask(task: ShownTask, output: Output): void {
  const { id, namespace, name, version, state, hold, priority, lockVersion, tags } = task;
  output.facts({
    ...{ task: id, template: `${namespace}.${name}@${version}`, state: hold ? `${state} (paused)` : state, priority },
    ...{ 'lock version': lockVersion, tags: tags.join(' '), identity: task.identity, initiator: task.initiator },
    ...{ 'source system': task.sourceSystem, reason: task.reason, 'correlation id': task.correlationId },
    ...{ requested: clock(task.requestedAt), started: task.startedAt && clock(task.startedAt) },
    ...{ finished: task.finishedAt && clock(task.finishedAt), context: JSON.stringify(task.context) },
  });
  output.heading('Steps');
  output.table(STEPS, task.steps, 'It has none.');
  if (task.annotations.length > 0) output.heading('Annotations');
  for (const { type, annotation, actor, createdAt } of task.annotations) {
    output.line(`${clock(createdAt)}  ${type}  ${JSON.stringify(annotation)}${actor === null ? '' : `  (${actor})`}`);
  }
  if (!task.transitions) return;
  output.heading('History');
  const ofTask = task.transitions.task.map((one) => ({ ...one, step: null }));
  const all = [...ofTask, ...task.transitions.steps].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  output.table(TRANSITIONS, all, 'Nothing has happened yet.');
}

/** A state with what there is to say about it. */
const shown = (state: string, note: string | null | undefined): string =>
  note === null || note === undefined ? state : `${state} (${note.replaceAll('_', ' ')})`;

/** How far a running step says it is. */
const howFar = (progress: Step['progress']): string | null =>
  progress && `${Math.round(progress.fraction * 100)} %${progress.note === null ? '' : `: ${progress.note}`}`;

function took({ startedAt, finishedAt, state }: Step): string | null {
  if (startedAt === null || (finishedAt === null && state !== 'in_progress')) return null;
  return duration((finishedAt === null ? Date.now() : Date.parse(finishedAt)) - Date.parse(startedAt));
}
