import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrations } from '@tasker/migrations';

const OURS = join(__dirname, '../../..');

/** What the migration below waits for, so that a test decides how long its transaction stays open. */
export const EXPAND_LOCK = 900;

/** Folders of the releases that follow this one, as they would be installed. */
export interface Releases {
  /** Adds to the schema, and settles by a new function. */
  readonly expanded: string;
  /** The release after that: takes away what only this release of ours still needs. */
  readonly contracted: string;
  remove(): void;
}

/** Makes releases to come out of the present one, with everything a change of the schema may do. */
export function makeReleases(): Releases {
  const folder = mkdtempSync(join(tmpdir(), 'tasker-releases-'));
  const [expanded, contracted] = [join(folder, 'expanded'), join(folder, 'contracted')];
  for (const release of [expanded, contracted]) {
    copyOurs(release);
    change(release, 'engine/settle-steps', asVersion2);
    addMigration(release, '0900_expand', expandUp(), EXPAND_DOWN);
  }
  change(contracted, 'engine/register-worker', (sql) => sql.replace('host,', 'machine,'));
  // Nobody takes it back here.
  addMigration(contracted, '0901_contract', CONTRACT_UP, 'select 1;');
  return { expanded, contracted, remove: () => rmSync(folder, { recursive: true }) };
}

function copyOurs(release: string): void {
  for (const part of ['migrations', 'libs/postgres/src', 'libs/postgres/sql']) {
    mkdirSync(join(release, part), { recursive: true });
    cpSync(join(OURS, part), join(release, part), { recursive: true });
  }
  symlinkSync(join(OURS, 'node_modules'), join(release, 'node_modules'));
}

function change(release: string, statement: string, edit: (sql: string) => string): void {
  const file = join(release, 'libs/postgres/sql', `${statement}.sql`);
  const sql = withoutHead(readFileSync(file, 'utf8'));
  if (edit(sql) === sql) throw new Error(`nothing to change in ${statement}`);
  writeFileSync(file, edit(sql));
}

/** The head says things about the file it comes from. */
const withoutHead = (sql: string): string => sql.replace(/^(--.*\n)+/, '');

function addMigration(release: string, name: string, up: string, down: string): void {
  writeFileSync(join(release, 'migrations', `${name}.up.sql`), up);
  writeFileSync(join(release, 'migrations', `${name}.down.sql`), down);
}

const asVersion2 = (sql: string): string => sql.replaceAll('settle_steps_v1', 'settle_steps_v2');

/** One hot table only: with two of them it could meet a statement of a worker that takes them the other way round. */
const expandUp = (): string => `-- Purpose: deadlines of tasks.
-- Locks: tasks, for the time the index takes. Breaking: no.

${asVersion2(textOf('0005_settle_steps', 'settle_steps_v1'))}

select pg_advisory_xact_lock(${EXPAND_LOCK});
alter table tasker.tasks add column deadline_at timestamptz;
create index tasks_deadline on tasker.tasks (deadline_at) where deadline_at is not null;
`;

const EXPAND_DOWN = `drop index tasker.tasks_deadline;
alter table tasker.tasks drop column deadline_at;
do $$ begin execute (select 'drop function ' || oid::regprocedure from pg_proc
  where proname = 'settle_steps_v2' and pronamespace = to_regnamespace('tasker')); end $$;
`;

const CONTRACT_UP = `-- Purpose: take away what nobody calls any more.
-- Locks: none. Breaking: yes (all processes that do not
-- know 0900_expand: they settle by settle_steps_v1).

do $$ begin execute (select 'drop function ' || oid::regprocedure from pg_proc
  where proname = 'settle_steps_v1' and pronamespace = 'tasker'::regnamespace); end $$;
alter table tasker.workers rename column host to machine;
`;

/** The text of one function; its parts are the old version's as well. */
function textOf(migration: string, name: string): string {
  const text = migrations.find(({ number, name: known }) => `${number}_${known}` === migration)?.up ?? '';
  const start = text.indexOf(`create function tasker.${name}(`);
  return text.slice(start, text.indexOf('end $$;', start) + 'end $$;'.length);
}
