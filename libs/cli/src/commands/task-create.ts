import type { TaskRequest } from '@tasker/core';
import { Argument, Option, type Command } from 'commander';
import type { Calls } from '../program/call';
import { teach } from '../program/examples';
import { REFERENCE_FORM, templateReference, type TemplateReference } from '../program/template-reference';
import { integer, json, list } from '../program/values';

interface CreateOptions extends Pick<
  TaskRequest,
  'context' | 'identity' | 'onDuplicate' | 'priority' | 'reason' | 'sourceSystem'
> {
  readonly tag?: readonly string[];
  readonly bypass?: readonly string[];
  readonly correlationId?: string;
}

/** `task create`. @internal */
export function addTaskCreate(group: Command, calls: Calls): void {
  const create = group
    .command('create')
    .description('Create a task from a registered template. It is durable when the command ends.')
    .addArgument(
      new Argument('<template>', `which template: ${REFERENCE_FORM}; the highest version by default`).argParser(
        templateReference,
      ),
    )
    .addOption(
      new Option('-c, --context <json>', 'what its steps work with: JSON, @file or @- for standard input').argParser(
        json,
      ),
    )
    .option('--identity <key>', 'your key: a second task with it is a duplicate')
    .addOption(
      new Option('--on-duplicate <what>', 'refuse a duplicate, or return the task there is').choices([
        'reject',
        'return',
      ]),
    )
    .addOption(new Option('-p, --priority <number>', '-100 to 100; higher runs first').argParser(integer(-100, 100)))
    .addOption(new Option('--tag <tags>', 'labels to find it by').argParser(list))
    .addOption(new Option('--bypass <steps>', 'skippable steps to leave out').argParser(list))
    .option('--source-system <name>', 'where it is asked for')
    .option('--correlation-id <id>', 'ties it to a request')
    .option('-r, --reason <text>', 'why');
  create.action(
    calls.action<[TemplateReference], CreateOptions>(async ({ backend, output, options, act }, template) => {
      const created = await backend.createTask(requestOf(template, options, act.actor));
      output.show(created, () => {
        output.line(created.duplicate ? `Task ${created.taskId} existed already.` : `Created task ${created.taskId}.`);
      });
    }),
  );
  teach(
    create,
    [
      'tasker task create shop.order --context \'{"orderNumber":"SF-1001"}\' --identity SF-1001',
      'at most one per order',
    ],
    [
      'tasker task create shop.order@1.2.0 --context @order.json --priority 50',
      'of one version, from a file, before others',
    ],
    ['id=$(tasker task create report --json | jq -r .taskId)', 'keep its id'],
  );
}

/** Who runs the command is the initiator. */
function requestOf(template: TemplateReference, options: CreateOptions, initiator: string): TaskRequest {
  const { context, identity, onDuplicate, priority, reason, sourceSystem, tag, bypass, correlationId } = options;
  const fields = {
    identity,
    onDuplicate,
    priority,
    reason,
    sourceSystem,
    correlationId,
    context,
    tags: tag,
    bypassSteps: bypass,
  };
  const given = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return { ...template, initiator, ...given };
}
