import type { BulkOperation } from '@tasker/postgres';
import { Option, type Command } from 'commander';
import type { Wire } from '../backend/wire';
import type { Call, Calls } from '../program/call';
import { teach } from '../program/examples';
import { EXIT_CODES, type ExitCode } from '../program/exit-codes';
import { rate } from '../program/values';
import { addReasonOption } from './act-options';
import { addVerbOptions, commandOf, type VerbOptions } from './bulk-verb';
import { addFilterOptions, filterOf, type FilterOptions } from './filter-options';
import { showOperation, showOperations, showPreview } from './show-bulk';

/** Tasks per second: gentle to workers that are at work. */
const DEFAULT_RATE = 500;

type RunOptions = FilterOptions & VerbOptions & { readonly rate: number; readonly detach?: boolean };

/** `bulk …`: a verb for every task a filter matches. @internal */
export function addBulkCommands(program: Command, calls: Calls): void {
  const group = program
    .command('bulk')
    .description('Apply a verb to every task a filter matches: dry run first, then in batches.');
  teach(
    group,
    ['tasker bulk preview retry --state error --template shop.order --error-kind timeout', 'what it would do'],
    [
      'tasker bulk run retry --state error --template shop.order --error-kind timeout --reason "gateway is back"',
      'do it',
    ],
    ['tasker bulk status 5', 'how far it has come'],
  );
  addPreview(group, calls);
  addRun(group, calls);
  addStatus(group, calls);
  addList(group, calls);
  addSteering(group, calls);
}

const verbCommand = (group: Command, name: string, description: string): Command =>
  addFilterOptions(addVerbOptions(group.command(name).description(description)));

function addPreview(group: Command, calls: Calls): void {
  const preview = verbCommand(
    group,
    'preview',
    'Dry run: how many tasks and steps would change, and which steps would repeat.',
  );
  preview.action(
    calls.action<[string], RunOptions>(async ({ backend, output, options }, verb) => {
      const answer = await backend.previewBulk(commandOf(verb, options), filterOf(options));
      output.show(answer, () => showPreview(answer, output));
    }),
  );
  teach(
    preview,
    ['tasker bulk preview cancel --namespace shop --until 30d --state pending,in_progress', 'nothing is changed'],
    ['tasker bulk preview retry-step --step charge --error-fingerprint 1f6c', 'one group of failures'],
  );
}

function addRun(group: Command, calls: Calls): void {
  const run = addReasonOption(
    verbCommand(group, 'run', 'Show the dry run, ask, and do it. Exit code 1: some tasks were refused or failed.'),
  )
    .addOption(
      new Option('--rate <number>', 'most tasks per second; "none": as fast as it goes')
        .argParser(rate)
        .default(DEFAULT_RATE),
    )
    .option('--detach', 'leave it to the applications; they take it over within seconds');
  run.action(calls.action<[string], RunOptions>(runBulk));
  teach(
    run,
    ['tasker bulk run retry --state error --since 1d --reason "gateway is back"', 'asks before it begins'],
    ['tasker bulk run cancel --tag import-17 --rate 50 --yes --detach', 'in a script, gently, without waiting'],
  );
}

async function runBulk(call: Call<RunOptions>, verb: string): Promise<ExitCode> {
  const { backend, output, options, act } = call;
  const [command, filter] = [commandOf(verb, options), filterOf(options)];
  const preview = await backend.previewBulk(command, filter);
  output.people(() => showPreview(preview, output));
  if (preview.matched === 0) {
    output.show({ preview, operation: null }, () => undefined);
    return EXIT_CODES.ok;
  }
  await call.confirm(`Apply ${verb} to ${preview.matched} tasks?`, 'many');
  const rate = options.rate === Infinity ? null : options.rate;
  const started = await backend.startBulk({ command, filter, rate }, act);
  output.people(() => output.note(`Bulk operation ${started.id} has begun.`));
  const operation = options.detach === true ? started : await follow(call, started.id);
  output.show({ preview, operation }, () => showOperation(operation, output));
  return exitCodeOf(operation);
}

const follow = ({ backend, output }: Call, id: string): Promise<Wire<BulkOperation>> =>
  backend.followBulk(id, ({ matched, changed }) => output.note(`${matched} tasks looked at, ${changed} changed`));

const exitCodeOf = ({ state, refused, failed }: Wire<BulkOperation>): ExitCode =>
  state === 'failed' || refused + failed > 0 ? EXIT_CODES.failed : EXIT_CODES.ok;

function addStatus(group: Command, calls: Calls): void {
  const status = group
    .command('status')
    .description('Tell how far an operation has come.')
    .argument('<id>', 'number of the operation')
    .option('--follow', 'until it has ended');
  status.action(
    calls.action<[string], { follow?: boolean }>(async (call, id) => {
      const { backend, output, options } = call;
      const known = await backend.bulkStatus(id);
      const operation = options.follow === true ? await follow(call, known.id) : known;
      output.show(operation, () => showOperation(operation, output));
      return exitCodeOf(operation);
    }),
  );
  teach(status, ['tasker bulk status 5 --follow', 'until it has ended; exit code 1 when tasks were refused']);
}

function addList(group: Command, calls: Calls): void {
  const command = group.command('list').description('List operations, newest first.');
  command.action(
    calls.action(async ({ backend, output }) => {
      const operations = await backend.listBulk();
      output.show({ operations }, () => showOperations(operations, output));
    }),
  );
  teach(command, ['tasker bulk list', 'who has done what to many tasks']);
}

function addSteering(group: Command, calls: Calls): void {
  const cancel = group
    .command('cancel')
    .description('Stop an operation after the batch that runs; what it has changed stays so.')
    .argument('<id>', 'number of the operation');
  cancel.action(
    calls.action<[string]>(async ({ backend, output }, id) => {
      const operation = await backend.cancelBulk(id);
      output.show(operation, () => showOperation(operation, output));
    }),
  );
  teach(cancel, ['tasker bulk cancel 5', 'enough']);

  const resume = group
    .command('resume')
    .description('Let an operation that was cancelled or has failed go on where it was, and see it to its end.')
    .argument('<id>', 'number of the operation');
  resume.action(
    calls.action<[string]>(async (call, id) => {
      const { id: resumed } = await call.backend.resumeBulk(id);
      const operation = await follow(call, resumed);
      call.output.show(operation, () => showOperation(operation, call.output));
      return exitCodeOf(operation);
    }),
  );
  teach(resume, ['tasker bulk resume 5', 'no task is changed twice']);
}
