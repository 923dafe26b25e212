import type { ApiKey } from '@tasker/postgres';
import { Argument, Option, type Command } from 'commander';
import type { Wire } from '../backend/wire';
import type { Column } from '../output/table';
import type { Tone } from '../output/terminal';
import { age, clock } from '../output/times';
import type { Calls } from '../program/call';
import { CliFailure } from '../program/cli-failure';
import { teach } from '../program/examples';
import { integer, list, seconds } from '../program/values';

interface CreateOptions {
  readonly role?: readonly string[];
  readonly permission?: readonly string[];
  readonly namespace?: readonly string[];
  readonly allNamespaces?: boolean;
  readonly expiresIn?: number;
}

const LARGEST_ID = 2_147_483_647;

const COLUMNS: readonly Column<Wire<ApiKey>>[] = [
  { head: 'ID', value: ({ id }) => id, align: 'right' },
  { head: 'NAME', value: ({ name }) => name, flexible: true },
  { head: 'PREFIX', value: ({ prefix }) => prefix },
  { head: 'STATE', value: stateOf, tone: (key) => TONES[stateOf(key)] },
  { head: 'GRANTS', value: ({ roles, permissions }) => [...roles, ...permissions].join(' '), flexible: true },
  {
    head: 'NAMESPACES',
    value: ({ namespaces }) => (namespaces === '*' ? 'all' : [...namespaces].join(' ')),
    flexible: true,
  },
  { head: 'EXPIRES', value: ({ expiresAt }) => expiresAt && clock(expiresAt) },
  { head: 'USED', value: ({ lastUsedAt }) => lastUsedAt && `${age(lastUsedAt)} ago` },
];

const TONES: Readonly<Record<string, Tone>> = { valid: 'good', revoked: 'bad', expired: 'warn' };

/** `key create|list|revoke`: API keys of programs that call the endpoint. @internal */
export function addKeyCommands(program: Command, calls: Calls): void {
  const group = program.command('key').description('Make, list and revoke API keys for the REST endpoint.');
  teach(
    group,
    [
      'tasker key create ci --permission tasker.task:create --namespace shop --expires-in 90d',
      'a key that can do one thing',
    ],
    ['tasker key revoke 3', 'end it'],
  );
  addCreate(group, calls);
  addList(group, calls);
  addRevoke(group, calls);
}

function addCreate(group: Command, calls: Calls): void {
  const create = group
    .command('create')
    .description('Make a key. It is shown once and stored nowhere: only a digest of it is.')
    .argument('<name>', 'which program, of whom')
    .addOption(new Option('--role <roles>', 'roles of the application it has').argParser(list))
    .addOption(
      new Option('--permission <permissions>', 'permissions it has besides; * stands for any word').argParser(list),
    )
    .addOption(new Option('--namespace <names>', 'namespaces it may use').argParser(list))
    .option('--all-namespaces', 'it may use every namespace')
    .addOption(new Option('--expires-in <duration>', 'when it ends: 12h, 90d; never by default').argParser(seconds));
  create.action(
    calls.action<[string], CreateOptions>(async ({ backend, output, options, act }, name) => {
      const { role = [], permission = [], namespace = [], allNamespaces, expiresIn } = options;
      if (namespace.length > 0 === (allNamespaces === true)) {
        throw CliFailure.usage(
          'Say which namespaces the key may use.',
          'Pass --namespace once or more, or --all-namespaces.',
        );
      }
      const created = await backend.createKey({
        ...{ name, roles: role, permissions: permission, createdBy: act.actor },
        namespaces: allNamespaces === true ? '*' : namespace,
        ...(expiresIn === undefined ? {} : { expiresAt: new Date(Date.now() + expiresIn * 1_000) }),
      });
      output.show(created, () => {
        output.note(`Key ${created.id} "${created.name}". Keep it: it cannot be shown again.`);
        output.line(created.key);
      });
    }),
  );
  teach(
    create,
    ['tasker key create dashboard --role viewer --all-namespaces', 'what the role allows, everywhere'],
    [
      'TASKER_TOKEN=$(tasker key create ci --permission "tasker.task:*" --namespace shop)',
      'only the key goes to standard output',
    ],
  );
}

function addList(group: Command, calls: Calls): void {
  const command = group.command('list').description('List keys, newest first, revoked and expired ones included.');
  command.action(
    calls.action(async ({ backend, output }) => {
      const keys = await backend.listKeys();
      output.show({ keys }, () => output.table(COLUMNS, keys, 'There is no key.'));
    }),
  );
  teach(command, ['tasker key list', 'which are there, and when they were last used']);
}

function addRevoke(group: Command, calls: Calls): void {
  const revoke = group
    .command('revoke')
    .description('End a key. Applications that remember it notice within their cache time.')
    .addArgument(new Argument('<id>', 'number of the key').argParser(integer(1, LARGEST_ID)));
  revoke.action(
    calls.action<[number]>(async (call, id) => {
      await call.confirm(`Revoke key ${id} for good?`);
      const key = await call.backend.revokeKey(id, call.act.actor);
      call.output.show(key, () => call.output.line(`Key ${id} "${key.name}" is revoked.`));
    }),
  );
  teach(revoke, ['tasker key revoke 3 --yes', 'doing it twice is fine']);
}

function stateOf({ revokedAt, expiresAt }: Wire<ApiKey>): string {
  if (revokedAt !== null) return 'revoked';
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? 'expired' : 'valid';
}
