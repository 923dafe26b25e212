import { Argument, type Command } from 'commander';
import type { Calls } from '../program/call';
import { teach } from '../program/examples';
import { json } from '../program/values';

/** `task annotate`. @internal */
export function addTaskAnnotate(group: Command, calls: Calls): void {
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
