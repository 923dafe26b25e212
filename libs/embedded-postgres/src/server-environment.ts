/**
 * The environment for PostgreSQL's programs: ours, less what would change how they behave.
 *
 * `PG…` variables set defaults (`PGDATA`, `PGPORT`), `NODE_…` ones would load a debugger or hooks into the supervisor,
 * and a locale that the machine does not have makes `initdb` fail.
 *
 * @internal
 */
export function serverEnvironment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(PG|NODE_|LC_|LANG$|LANGUAGE$)/.test(name));
  return { ...Object.fromEntries(kept), LC_ALL: 'C' };
}
