import { Option, type Command } from 'commander';
import { CliFailure } from './cli-failure';

/** Options every command understands, before or after its name. @internal */
export interface GlobalOptions {
  readonly databaseUrl?: string;
  readonly schema: string;
  readonly url?: string;
  readonly token?: string;
  readonly actor?: string;
  readonly json?: boolean;
  readonly yes?: boolean;
}

/** Adds them to the program. @internal */
export function addGlobalOptions(program: Command): void {
  const options = [
    new Option('--database-url <url>', 'talk to this PostgreSQL').env('TASKER_DATABASE_URL'),
    new Option('--schema <name>', 'schema Tasker lives in').env('TASKER_SCHEMA').default('tasker'),
    new Option('--url <url>', 'talk to this REST endpoint instead, prefix included').env('TASKER_URL'),
    new Option('--token <token>', 'bearer token or API key for the endpoint').env('TASKER_TOKEN'),
    new Option('--actor <name>', 'who acts, for the audit trail (default: the user of the system)').env('TASKER_ACTOR'),
    new Option('--json', 'print JSON for scripts instead of tables'),
    new Option('-y, --yes', 'do not ask for confirmation'),
  ];
  options.forEach((option) => program.addOption(option));
}

/** What a command shall talk to. @internal */
export type Target =
  | { readonly kind: 'database'; readonly connectionString: string; readonly schema: string }
  | { readonly kind: 'rest'; readonly url: string; readonly token: string | undefined };

/**
 * An option wins over a variable; two of the same rank contradict each other.
 *
 * @throws {CliFailure} when there is none, or when there are two
 * @internal
 */
export function targetOf(program: Command): Target {
  const { databaseUrl, schema, url, token } = program.opts<GlobalOptions>();
  const typed = (name: string): boolean => program.getOptionValueSource(name) === 'cli';
  if (databaseUrl !== undefined && url !== undefined && typed('databaseUrl') === typed('url')) {
    throw CliFailure.usage(
      'Both a database and a REST endpoint are given.',
      'Name one with --database-url or --url; an option wins over TASKER_DATABASE_URL and TASKER_URL.',
    );
  }
  if (url !== undefined && (databaseUrl === undefined || typed('url'))) return { kind: 'rest', url, token };
  return { kind: 'database', ...databaseOf(databaseUrl, schema) };
}

/**
 * For commands that need the database itself; TASKER_URL does not matter to them.
 *
 * @throws {CliFailure} when none is given
 * @internal
 */
export function databaseTargetOf(program: Command): { connectionString: string; schema: string } {
  const { databaseUrl, schema } = program.opts<GlobalOptions>();
  return databaseOf(databaseUrl, schema);
}

function databaseOf(url: string | undefined, schema: string): { connectionString: string; schema: string } {
  if (url !== undefined && url !== '') return { connectionString: url, schema };
  throw CliFailure.usage(
    'Neither a database nor a REST endpoint is given.',
    'Set TASKER_DATABASE_URL or TASKER_URL, or pass --database-url or --url.',
  );
}
