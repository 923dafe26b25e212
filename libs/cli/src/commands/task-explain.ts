import type { TaskExplanation } from '@tasker/postgres';
import type { Command } from 'commander';
import type { Wire } from '../backend/wire';
import type { Output } from '../output/output';
import { clock } from '../output/times';
import type { Calls } from '../program/call';
import { teach } from '../program/examples';

/** `task explain`. @internal */
export function addTaskExplain(group: Command, calls: Calls): void {
  const explain = group
    .command('explain')
    .description(
      'Tell the story of a task: what ran, when and where, why it was retried, what it waits for, what can be done.',
    )
    .argument('<id>', 'id of the task');
  explain.action(
    calls.action<[string]>(async ({ backend, output }, id) => {
      const explanation = await backend.explainTask(id);
      output.show(explanation, () => tell(explanation, output));
    }),
  );
  teach(explain, ['tasker task explain 42', 'the first thing to do at three in the morning']);
}

function tell({ task, summary, story, waiting, legal }: Wire<TaskExplanation>, output: Output): void {
  output.line(
    `Task ${task.id} of ${task.namespace}.${task.name}@${task.version}, correlation id ${task.correlationId}`,
  );
  output.line(summary);
  output.heading('What happened');
  for (const { at, text } of story) output.line(`${clock(at, 'milliseconds')}  ${text}`);
  if (waiting.length > 0) output.heading('What it waits for');
  for (const { step, state, why } of waiting) output.line(`${step} (${state}): ${why}`);
  output.heading('What can be done');
  output.line(`task: ${legal.task.length === 0 ? 'nothing' : legal.task.join(', ')}`);
  for (const { step, verbs } of legal.steps.filter((one) => one.verbs.length > 0))
    output.line(`${step}: ${verbs.join(', ')}`);
}
