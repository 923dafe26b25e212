import type { TaskFilter } from '../filter/task-filter';
import type { OperatorCommand } from '../operator/operator-command';
import { verbFields } from '../operator/verb-rules';
import { VERBS, type VerbSpec } from '../operator/verb-table';
import type { TaskRequest } from '../request/task-request';
import type { Permission } from './permissions';

/** What a filter looks into: whoever may not see it must not find it out by asking, either. */
const SEEN_BY: Readonly<Partial<Record<keyof TaskFilter, Permission>>> = {
  context: 'tasker.task:show',
  attributes: 'tasker.task:show',
  annotation: 'tasker.task:show',
  errorKind: 'tasker.task:show',
  errorMessage: 'tasker.task:show',
  errorFingerprint: 'tasker.task:show',
  step: 'tasker.workflow_step:index',
  stepState: 'tasker.workflow_step:index',
};

/**
 * Every permission that a command needs, by the table of verbs: that of the verb, and those of what is done along the way.
 *
 * @param place what the command was given to: a verb that both have asks for another permission on the step
 * @public
 */
export function commandPermissions(command: OperatorCommand, place: 'task' | 'step' = 'task'): Permission[] {
  const { permission, permissionOnStep }: VerbSpec = VERBS[command.verb];
  const fields = Object.entries(verbFields(command.verb)).flatMap(([name, field]) =>
    field.permission !== undefined && (command as Readonly<Record<string, unknown>>)[name] !== undefined
      ? [field.permission]
      : [],
  );
  return [(place === 'step' ? permissionOnStep : undefined) ?? permission, ...fields];
}

/** What creating such a task does besides, and what each of it needs when it is done later. @public */
export const creationPermissions = ({
  priority = 0,
  bypassSteps = [],
}: Pick<TaskRequest, 'priority' | 'bypassSteps'>): Permission[] => [
  ...(priority === 0 ? [] : [VERBS.set_priority.permission]),
  ...(bypassSteps.length === 0 ? [] : [VERBS.skip_step.permission]),
];

/** What the last failures of tasks tell, beside a list of them. @public */
export const FAILURE_PERMISSIONS: readonly Permission[] = ['tasker.task:show', 'tasker.workflow_step:index'];

/** What a filter tells about the tasks it finds, by the fields it has. @public */
export const filterPermissions = (filter: TaskFilter): Permission[] => [
  ...new Set(
    Object.entries(filter).flatMap(([name, value]) =>
      value === undefined ? [] : (SEEN_BY[name as keyof TaskFilter] ?? []),
    ),
  ),
];
