import {
  makeHistoryPartitions,
  migrate,
  migrateDown,
  migrationSql,
  migrationStatus,
  type MigrationStanding,
} from '@tasker/postgres';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Column } from '../output/table';
import type { Calls } from '../program/call';
import { teach } from '../program/examples';
import { EXIT_CODES } from '../program/exit-codes';
import { integer } from '../program/values';

/** `migrate up|down|status|sql`: the schema. @internal */
export function addMigrateCommands(program: Command, calls: Calls): void {
  const group = program
    .command('migrate')
    .description('Bring the schema to this version of Tasker, or look how it stands.');
  teach(
    group,
    ['tasker migrate status', 'see what is missing'],
    ['tasker migrate up', 'apply it; any number of processes may do so at once'],
    ['tasker migrate --partitions', 'make room for the history, where the application may not'],
    ['tasker migrate sql > tasker.sql', 'write the statements down for somebody who runs them by hand'],
  );
  addPartitions(group, calls);
  addUp(group, calls);
  addDown(group, calls);
  addStatus(group, calls);
  addSql(group, calls);
}

/** Not part of `up`: who runs it every week may make tables, and need not be who may change the schema. */
function addPartitions(group: Command, calls: Calls): void {
  group
    .option('--partitions', 'make the partitions of the history that are missing, and nothing else')
    .addOption(new Option('--weeks <number>', 'how many weeks ahead').argParser(integer(0, 520)).default(8));
  group.action(
    calls.action<[], { partitions?: boolean; weeks: number }>(async ({ database, output, options }) => {
      if (options.partitions !== true) {
        output.raw(group.helpInformation());
        return EXIT_CODES.usage;
      }
      const made = await makeHistoryPartitions({ ...database, weeksAhead: options.weeks });
      output.show({ made }, () =>
        output.line(made === 0 ? 'Nothing to do: there is room.' : `Made ${made} partitions.`),
      );
      return EXIT_CODES.ok;
    }),
  );
}

function addUp(group: Command, calls: Calls): void {
  const up = group.command('up').description('Apply the migrations that are missing.');
  up.action(
    calls.action(async ({ database, output }) => {
      const applied = await migrate({ ...database, mode: 'auto', warn: (line) => output.note(line) });
      output.show({ applied }, () => {
        if (applied.length === 0) output.line('Nothing to do: the schema is up to date.');
        applied.forEach((name) => output.line(`applied ${name}`));
      });
    }),
  );
  teach(up, ['tasker migrate up --schema workflows', 'in a schema of another name, made when it is missing']);
}

function addDown(group: Command, calls: Calls): void {
  const down = group
    .command('down')
    .description('Take migrations back, newest first. Their tables go with all data in them.')
    .addOption(
      new Option('--to <number>', 'last migration to keep, 0000 for none').argParser(number).makeOptionMandatory(),
    );
  down.action(
    calls.action<[], { to: string }>(async (call) => {
      const { database, output, options } = call;
      const standings = await migrationStatus(database.connectionString, database.schema);
      const doomed = standings.filter(
        ({ migration, state }) => state !== 'missing' && migration.slice(0, 4) > options.to,
      );
      if (doomed.length > 0) {
        const names = doomed.map(({ migration }) => migration).join(', ');
        await call.confirm(`Take back ${names} in schema "${database.schema}", with all data in their tables?`, 'many');
      }
      const reverted = await migrateDown({ ...database, to: options.to });
      output.show({ reverted }, () => {
        if (reverted.length === 0) output.line('Nothing to do: there is nothing after that migration.');
        reverted.forEach((name) => output.line(`took back ${name}`));
      });
    }),
  );
  teach(down, ['tasker migrate down --to 0006 --yes', 'keep everything up to 0006']);
}

const STATUS: readonly Column<MigrationStanding>[] = [
  { head: 'MIGRATION', value: ({ migration }) => migration, flexible: true },
  { head: 'STATE', value: ({ state }) => state, tone: ({ state }) => TONES[state] },
  { head: 'BREAKING', value: ({ breaking }) => (breaking ? 'yes' : 'no') },
];
const TONES = { applied: 'good', missing: 'warn', newer: 'warn', changed: 'bad', foreign: 'bad' } as const;

function addStatus(group: Command, calls: Calls): void {
  const status = group
    .command('status')
    .description('Compare the schema with this version. Exit code 1: migrations are missing, changed or in the way.');
  status.action(
    calls.action(async ({ database: { connectionString, schema }, output }) => {
      const migrations = await migrationStatus(connectionString, schema);
      const usable = migrations.every(({ state }) => state === 'applied' || state === 'newer');
      output.show({ schema, usable, migrations }, () => output.table(STATUS, migrations, 'There are no migrations.'));
      return usable ? EXIT_CODES.ok : EXIT_CODES.failed;
    }),
  );
  teach(status, ['tasker migrate status || tasker migrate up', 'apply only what is missing']);
}

function addSql(group: Command, calls: Calls): void {
  const sql = group
    .command('sql')
    .description('Print the statements instead of running them. Needs no database.')
    .addOption(
      new Option('--after <number>', 'leave alone everything up to this one').argParser(number).default('0000'),
    )
    .option('--down', 'the statements that take them back');
  sql.action(
    calls.action<[], { after: string; down?: boolean }>(async ({ options, output }) => {
      const { schema, after, down } = options;
      const text = await migrationSql({ schema, after, direction: down === true ? 'down' : 'up' });
      output.show({ schema, sql: text }, () => output.raw(text));
    }),
  );
  teach(
    sql,
    ['tasker migrate sql --schema workflows | psql app', 'make the schema by hand'],
    ['tasker migrate sql --after 0006', 'only what an older schema lacks'],
  );
}

function number(text: string): string {
  if (/^\d{4}$/.test(text)) return text;
  throw new InvalidArgumentError('It must be the number of a migration, four digits.');
}
