import { Command } from 'commander';
import { addApprovalCommands } from '../commands/approval';
import { addBulkCommands } from '../commands/bulk';
import { addCompletionCommand } from '../commands/completion';
import { addHealthCommand } from '../commands/health';
import { addKeyCommands } from '../commands/key';
import { addMigrateCommands } from '../commands/migrate';
import { addSearchIndexCommands } from '../commands/search-index';
import { addSignalCommand } from '../commands/signal';
import { addStepCommands } from '../commands/step';
import { addTaskCommands } from '../commands/task';
import { addTemplateCommands } from '../commands/template';
import { addWorkerCommands } from '../commands/worker';
import { Terminal } from '../output/terminal';
import { Calls } from './call';
import { teach } from './examples';
import { EXIT_CODE_MEANINGS, EXIT_CODES } from './exit-codes';
import { addGlobalOptions } from './global-options';
import { version } from './version';

const EXIT_CODE_HELP = Object.entries(EXIT_CODE_MEANINGS)
  .map(([name, meaning]) => `  ${EXIT_CODES[name as keyof typeof EXIT_CODES]}  ${meaning}`)
  .join('\n');

/**
 * The whole tree of commands, with help, options and examples: what runs, what completes and what the reference is made
 * from.
 *
 * @param calls who carries the commands out; default: this process
 * @public
 */
export function buildProgram(calls: Calls = new Calls(new Terminal())): Command {
  const program = new Command('tasker')
    .description('Sees and steers Tasker: its schema, templates, tasks, steps, workers and keys.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'explain a command')
    .configureHelp({ showGlobalOptions: true })
    .exitOverride()
    .showHelpAfterError('(add --help to see what the command takes)');
  addGlobalOptions(program);
  for (const add of [addMigrateCommands, addTemplateCommands, addTaskCommands, addStepCommands, addBulkCommands]) {
    add(program, calls);
  }
  for (const add of [addSignalCommand, addApprovalCommands]) add(program, calls);
  for (const add of [addWorkerCommands, addKeyCommands, addSearchIndexCommands, addHealthCommand, addCompletionCommand])
    add(program, calls);
  teach(
    program,
    ['export TASKER_DATABASE_URL=postgres://localhost/app', 'say once which database'],
    ['tasker task list --state error', 'what has failed'],
    ['tasker task explain 42', 'the story of a task: what ran, why it waits, what can be done'],
    ['tasker task retry 42 --reason "gateway is back"', 'run its failed steps again'],
    ['tasker task list --json | jq -r ".tasks[].id"', 'use it in a script'],
  );
  return program.addHelpText('after', `\nExit codes:\n${EXIT_CODE_HELP}`);
}
