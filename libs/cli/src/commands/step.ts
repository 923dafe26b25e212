import { Argument, type Command } from 'commander';
import type { Calls } from '../program/call';
import { CliFailure } from '../program/cli-failure';
import { teach } from '../program/examples';
import { jsonObject } from '../program/values';
import { addStepPauses } from './step-pauses';
import { carryOut, verbCommand, addVerbCommands } from './verb-commands';

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
  addVerbCommands(group, calls, 'step');
  addInputs(group, calls);
  addStepPauses(group, calls);
}

function addInputs(group: Command, calls: Calls): void {
  const inputs = verbCommand(group, 'inputs', 'edit_inputs')
    .addArgument(new Argument('[json]', 'the fields: a JSON object, @file or @-').argParser(jsonObject))
    .option('--clear', 'take all such edits back');
  inputs.action(
    calls.action<[string, string, Record<string, unknown> | undefined], { clear?: boolean }>(
      (call, id, step, fields) => {
        const clear = call.options.clear === true;
        if ((fields !== undefined) === clear) throw CliFailure.usage('Give either the fields or --clear.');
        return carryOut(call, id, { verb: 'edit_inputs', step, inputs: fields ?? null });
      },
    ),
  );
  teach(
    inputs,
    ['tasker step inputs 42 ship \'{"address":{"city":"London"}}\'', 'this step only; the context of the task stays'],
    ['tasker step inputs 42 ship --clear', 'back to the context of the task'],
  );
}
