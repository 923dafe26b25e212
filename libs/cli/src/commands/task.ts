import type { Command } from 'commander';
import type { Calls } from '../program/call';
import { teach } from '../program/examples';
import { addTaskAnnotate } from './task-annotate';
import { addTaskCreate } from './task-create';
import { addTaskExplain } from './task-explain';
import { addTaskFailures } from './task-failures';
import { addTaskList } from './task-list';
import { addTaskShow } from './task-show';
import { addVerbCommands } from './verb-commands';

/** `task …`: create, see, and act on whole tasks. @internal */
export function addTaskCommands(program: Command, calls: Calls): void {
  const group = program.command('task').description('Create tasks, look at them, and act on them.');
  teach(
    group,
    ['tasker task create shop.order --context \'{"orderNumber":"SF-1001"}\'', 'start one'],
    ['tasker task list --state error --since 1d', 'what has failed since yesterday'],
    ['tasker task explain 42', 'why it is where it is, and what can be done'],
  );
  for (const add of [addTaskCreate, addTaskList, addTaskShow, addTaskExplain, addTaskFailures]) add(group, calls);
  addVerbCommands(group, calls, 'task');
  addTaskAnnotate(group, calls);
}
