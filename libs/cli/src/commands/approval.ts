import { Option, type Command } from 'commander';
import type { Approval } from '@tasker/postgres';
import type { Wire } from '../backend/wire';
import type { Column } from '../output/table';
import { age } from '../output/times';
import type { Calls } from '../program/call';
import { teach } from '../program/examples';
import { integer, json, list } from '../program/values';

interface ListOptions {
  readonly state?: Approval['state'];
  readonly assignee?: string;
  readonly task?: string;
  readonly limit?: number;
}
interface DecideOptions {
  readonly answer?: unknown;
  readonly role?: readonly string[];
}

const STATES = ['open', 'approved', 'rejected', 'timed_out', 'superseded', 'withdrawn'];
const COLUMNS: readonly Column<Wire<Approval>>[] = [
  { head: 'ID', value: ({ id }) => id, align: 'right' },
  { head: 'STATE', value: ({ state }) => state },
  { head: 'TASK', value: ({ taskId }) => taskId, align: 'right' },
  { head: 'STEP', value: ({ task, step }) => `${task} ${step}`, flexible: true },
  { head: 'TITLE', value: ({ title }) => title, flexible: true },
  { head: 'ASKED', value: ({ assignees }) => assignees.join(' ') || 'anybody', flexible: true },
  { head: 'SINCE', value: ({ openedAt }) => age(openedAt), align: 'right' },
  { head: 'BY', value: ({ actor }) => actor ?? '' },
];

/** `approval list|approve|reject|delegate`. @internal */
export function addApprovalCommands(program: Command, calls: Calls): void {
  const group = program.command('approval').description('See and make the decisions that steps wait for.');
  teach(
    group,
    ['tasker approval list --state open', 'what waits for a decision'],
    ['tasker approval approve 7', 'decide'],
  );
  addList(group, calls);
  addDecision(group, calls, 'approve', 'Approve: the step that asked goes on.');
  addDecision(group, calls, 'reject', 'Reject: the step that asked fails, or goes on with that, as its template says.');
  addDelegate(group, calls);
}

function addList(group: Command, calls: Calls): void {
  const command = group
    .command('list')
    .description('List approvals, newest first.')
    .addOption(new Option('--state <state>', 'only these').choices(STATES))
    .option('--assignee <who>', 'as the template writes it; me: what the caller may decide')
    .option('--task <id>', 'of this task')
    .option('--limit <count>', 'most of them', integer(1, 500));
  command.action(
    calls.action<[], ListOptions>(async ({ backend, output, options, act: { actor } }) => {
      const { state, assignee, task: taskId, limit } = options;
      const approvals = await backend.approvals({ state, assignee, taskId, limit }, actor);
      output.show({ approvals }, () => output.table(COLUMNS, approvals, 'There is no approval.'));
    }),
  );
  teach(command, ['tasker approval list --state open --assignee role:accounting', 'what a role is asked']);
}

function addDecision(group: Command, calls: Calls, decision: 'approve' | 'reject', description: string): void {
  const command = group
    .command(decision)
    .description(description)
    .argument('<id>', 'id of the approval')
    .option('--answer <json>', 'what the form asks for; @file or @- reads it', json)
    .option('--role <role>', 'a role of the actor, where the database is used directly; repeatable', list);
  command.action(
    calls.action<[string], DecideOptions>(async ({ backend, output, options, act: { actor } }, id) => {
      const { answer, role: roles = [] } = options;
      const approval = await backend.decideApproval(id, { decision, answer, actor, roles });
      output.show(approval, () => output.line(`The approval ${id} is ${approval.state}.`));
    }),
  );
  teach(command, [`tasker approval ${decision} 7 --answer '{"reason":"as agreed"}'`, 'with what the form asks for']);
}

function addDelegate(group: Command, calls: Calls): void {
  const command = group
    .command('delegate')
    .description('Ask others instead of those who are asked now.')
    .argument('<id>', 'id of the approval')
    .argument('<to...>', 'user:<principal id> or role:<role>')
    .option('--role <role>', 'a role of the actor, where the database is used directly; repeatable', list);
  command.action(
    calls.action<[string, string[]], DecideOptions>(async ({ backend, output, options, act: { actor } }, id, to) => {
      const approval = await backend.delegateApproval(id, { to, actor, roles: options.role ?? [] });
      output.show(approval, () => output.line(`The approval ${id} waits for ${approval.assignees.join(', ')}.`));
    }),
  );
  teach(command, ['tasker approval delegate 7 user:ben', 'to a colleague']);
}
