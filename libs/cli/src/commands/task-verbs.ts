import type { OperatorCommand } from '@tasker/core';
import { Argument, Option, type Command } from 'commander';
import type { Call, Calls } from '../program/call';
import { teach } from '../program/examples';
import { integer, json, jsonObject } from '../program/values';
import { addActOptions, addRunningOption } from './act-options';
import { showReceipt } from './show-receipt';

type Running = Pick<Extract<OperatorCommand, { verb: 'cancel' }>, 'running'>;

/** `task retry|resolve|cancel|pause|resume|rerun|priority|annotate`. @internal */
export function addTaskVerbs(group: Command, calls: Calls): void {
  addPlainVerbs(group, calls);
  addStoppingVerbs(group, calls);
  addRerun(group, calls);
  addPriority(group, calls);
  addAnnotate(group, calls);
}

const verb = (group: Command, name: string, description: string): Command =>
  addActOptions(group.command(name).description(description).argument('<id>', 'id of the task'));

async function act(call: Call, id: string, command: OperatorCommand, question?: string): Promise<void> {
  if (question !== undefined) await call.confirm(question);
  showReceipt(await call.backend.act(id, command, call.act), call.output);
}

function addPlainVerbs(group: Command, calls: Calls): void {
  const retry = verb(
    group,
    'retry',
    'Run all failed steps again, with a fresh budget of attempts; those that wait for a retry at once.',
  );
  retry.action(calls.action<[string]>((call, id) => act(call, id, { verb: 'retry' })));
  teach(retry, ['tasker task retry 42 --reason "gateway is back"', 'reopens a task that ended in error']);

  const resume = verb(group, 'resume', 'Let a paused task go on.');
  resume.action(calls.action<[string]>((call, id) => act(call, id, { verb: 'resume' })));
  teach(resume, ['tasker task resume 42', 'its steps are queued again']);

  const resolve = verb(
    group,
    'resolve',
    'Declare a task done by other means; steps that have not ended are cancelled.',
  );
  resolve.action(
    calls.action<[string]>((call, id) =>
      act(call, id, { verb: 'resolve' }, `Declare task ${id} done? Its open steps are cancelled.`),
    ),
  );
  teach(resolve, ['tasker task resolve 42 --reason "refunded by hand, OPS-17"', 'it ends as resolved_manually']);
}

function addStoppingVerbs(group: Command, calls: Calls): void {
  const cancel = addRunningOption(
    verb(group, 'cancel', 'End a task and every step that has not ended. This cannot be undone.'),
    'abort',
  );
  cancel.action(
    calls.action<[string], Running>((call, id) => {
      const { running } = call.options;
      return act(call, id, { verb: 'cancel', ...(running && { running }) }, `Cancel task ${id} for good?`);
    }),
  );
  teach(
    cancel,
    ['tasker task cancel 42 --reason "ordered twice"', 'running handlers get their abort signal'],
    ['tasker task cancel 42 --running finish', 'let those that run come to their end'],
  );

  const pause = addRunningOption(verb(group, 'pause', 'Start nothing more of a task until it is resumed.'), 'finish');
  pause.action(
    calls.action<[string], Running>((call, id) => {
      const { running } = call.options;
      return act(call, id, { verb: 'pause', ...(running && { running }) });
    }),
  );
  teach(pause, [
    'tasker task pause 42 --running abort',
    'take running steps from their workers; that spends no attempt',
  ]);
}

function addRerun(group: Command, calls: Calls): void {
  const rerun = verb(group, 'rerun', 'Run a step and everything after it again; earlier results are kept.')
    .argument('<step>', 'name of the step')
    .addOption(
      new Option('--inputs <json>', 'fields of the context these steps shall see with other values').argParser(
        jsonObject,
      ),
    );
  rerun.action(
    calls.action<[string, string], { inputs?: Record<string, unknown> }>((call, id, step) => {
      const { inputs } = call.options;
      const question = `Run step ${step} of task ${id} and everything after it again, side effects included?`;
      return act(call, id, { verb: 'rerun', step, ...(inputs && { inputs }) }, question);
    }),
  );
  teach(
    rerun,
    ['tasker task rerun 42 charge_card', 'also of a task that is complete'],
    ['tasker task rerun 42 charge_card --inputs \'{"amountCents":1990}\'', 'with a corrected field'],
  );
}

function addPriority(group: Command, calls: Calls): void {
  const priority = verb(group, 'priority', 'Change the priority of a task, its queued steps included.').addArgument(
    new Argument('<priority>', '-100 to 100; higher runs first').argParser(integer(-100, 100)),
  );
  priority.action(
    calls.action<[string, number]>((call, id, value) => act(call, id, { verb: 'set_priority', priority: value })),
  );
  teach(
    priority,
    ['tasker task priority 42 90', 'before everything else'],
    ['tasker task priority 42 -- -50', 'after everything else'],
  );
}

function addAnnotate(group: Command, calls: Calls): void {
  const annotate = group
    .command('annotate')
    .description('Attach a remark of a kind to a task; tasks can be found by it.')
    .argument('<id>', 'id of the task')
    .argument('<type>', 'kind of the remark, such as ticket')
    .addArgument(new Argument('<json>', 'the remark: JSON, @file or @-').argParser(json));
  annotate.action(
    calls.action<[string, string, unknown]>(async ({ backend, output, act: by }, id, type, annotation) => {
      const made = await backend.annotate(id, { type, annotation }, by);
      output.show(made, () => output.line(`Annotated task ${id} as ${type}.`));
    }),
  );
  teach(
    annotate,
    ['tasker task annotate 42 ticket \'{"id":"OPS-17"}\'', 'tie it to a ticket'],
    ['tasker task list --annotation \'ticket={"id":"OPS-17"}\'', 'find it again'],
  );
}
