import type { OperatorCommand } from '@tasker/core';
import { Argument, Option, type Command } from 'commander';
import type { Call, Calls } from '../program/call';
import { CliFailure } from '../program/cli-failure';
import { teach } from '../program/examples';
import { json, jsonObject } from '../program/values';
import { addActOptions } from './act-options';
import { showReceipt } from './show-receipt';
import { addStepPauses } from './step-pauses';

/** `step …`: act on one step of a task, or on a step everywhere. @internal */
export function addStepCommands(program: Command, calls: Calls): void {
  const group = program.command('step').description('Act on one step of a task, or pause a step everywhere.');
  teach(
    group,
    ['tasker step retry 42 charge_card', 'run a failed step again'],
    [
      'tasker step resolve 42 charge_card --result \'{"paymentId":"p-1"}\'',
      'it was done by hand: go on with this result',
    ],
    ['tasker step pause shop.order charge_card --reason "gateway is down"', 'incident: start it nowhere'],
  );
  addRetryAndCancel(group, calls);
  addSkip(group, calls);
  addResolve(group, calls);
  addInputs(group, calls);
  addStepPauses(group, calls);
}

const verb = (group: Command, name: string, description: string): Command =>
  addActOptions(
    group
      .command(name)
      .description(description)
      .argument('<task-id>', 'id of the task')
      .argument('<step>', 'name of the step'),
  );

async function act(call: Call, id: string, command: OperatorCommand, question?: string): Promise<void> {
  if (question !== undefined) await call.confirm(question);
  showReceipt(await call.backend.act(id, command, call.act), call.output);
}

function addRetryAndCancel(group: Command, calls: Calls): void {
  const retry = verb(
    group,
    'retry',
    'Run a failed step again with a fresh budget of attempts, or one that waits for its retry at once.',
  );
  retry.action(calls.action<[string, string]>((call, id, step) => act(call, id, { verb: 'retry_step', step })));
  teach(retry, [
    'tasker step retry 42 charge_card --reason "gateway is back"',
    'reopens its task when that has failed',
  ]);

  const cancel = verb(group, 'cancel', 'Cancel a step. What depends on it can never run then.');
  cancel.action(
    calls.action<[string, string]>((call, id, step) =>
      act(
        call,
        id,
        { verb: 'cancel_step', step },
        `Cancel step ${step} of task ${id}? What depends on it can never run.`,
      ),
    ),
  );
  teach(cancel, ['tasker step cancel 42 send_newsletter', 'to go on without it, skip it instead']);
}

function addSkip(group: Command, calls: Calls): void {
  const skip = verb(group, 'skip', 'Go on as if a step had completed, without a result.').option(
    '--force',
    'also when the template does not call it skippable',
  );
  skip.action(
    calls.action<[string, string], { force?: boolean }>((call, id, step) => {
      const force = call.options.force === true ? { force: true } : {};
      return act(
        call,
        id,
        { verb: 'skip_step', step, ...force },
        `Skip step ${step} of task ${id}? What depends on it sees no result.`,
      );
    }),
  );
  teach(skip, ['tasker step skip 42 send_newsletter --reason "opted out"', 'what depends on it runs']);
}

function addResolve(group: Command, calls: Calls): void {
  const resolve = verb(
    group,
    'resolve',
    'Declare a step done by other means; what depends on it runs and reads the result.',
  ).addOption(new Option('--result <json>', 'what dependents shall read: JSON, @file or @-').argParser(json));
  resolve.action(
    calls.action<[string, string], { result?: unknown }>((call, id, step) => {
      const { result } = call.options;
      return act(
        call,
        id,
        { verb: 'resolve_step', step, ...(result === undefined ? {} : { result }) },
        `Declare step ${step} of task ${id} done?`,
      );
    }),
  );
  teach(resolve, [
    'tasker step resolve 42 charge_card --result \'{"paymentId":"p-1"}\' --reason OPS-17',
    'charged by hand',
  ]);
}

function addInputs(group: Command, calls: Calls): void {
  const inputs = verb(group, 'inputs', 'Let a step that has not run see other values for fields of the context.')
    .addArgument(new Argument('[json]', 'the fields: a JSON object, @file or @-').argParser(jsonObject))
    .option('--clear', 'take all such edits back');
  inputs.action(
    calls.action<[string, string, Record<string, unknown> | undefined], { clear?: boolean }>(
      (call, id, step, fields) => {
        const clear = call.options.clear === true;
        if ((fields !== undefined) === clear) throw CliFailure.usage('Give either the fields or --clear.');
        return act(call, id, { verb: 'edit_inputs', step, inputs: fields ?? null });
      },
    ),
  );
  teach(
    inputs,
    ['tasker step inputs 42 ship \'{"address":{"city":"London"}}\'', 'this step only; the context of the task stays'],
    ['tasker step inputs 42 ship --clear', 'back to the context of the task'],
  );
}
