import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TaskerError } from '@tasker/core';
import { withSchema } from './with-schema';

/** The statements of `sql/`, each read once per store and written for its schema. */
export class Statements {
  private readonly texts = new Map<string, string>();

  constructor(private readonly schema: string) {}

  /** @param name area and file name without its ending, such as `engine/claim-steps` */
  get(name: string): string {
    let text = this.texts.get(name);
    if (text === undefined) {
      text = withSchema(readStatement(name).replace(/^--.*\n/gm, ''), this.schema);
      this.texts.set(name, text);
    }
    return text;
  }
}

function readStatement(name: string): string {
  const folder = ownFolder();
  const text = folder === undefined ? bundled()[name] : readFileSync(join(folder, `${name}.sql`), 'utf8');
  if (text === undefined) throw new RangeError(`there is no statement ${name}`);
  return text;
}

/** Undefined inside a bundle, where this file is in somebody else's folder, or, as an ES module, in none. */
function ownFolder(): string | undefined {
  const folder = typeof __dirname === 'string' ? join(__dirname, '..', '..', 'sql') : undefined;
  return folder !== undefined && existsSync(join(folder, 'engine', 'claim-steps.sql')) ? folder : undefined;
}

/** What bundlers take along: all statements by name. */
function bundled(): Readonly<Record<string, string>> {
  try {
    // A constant path, so that bundlers find it. Made by scripts/bundle-sql.mjs, for the published package.
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    return require('../../sql/bundled.json') as Readonly<Record<string, string>>;
  } catch (cause) {
    throw new TaskerError('TSK_BOOT_INVALID', 'The SQL files of @tasker/postgres are not in this bundle.', {
      cause,
      hint: 'Bundle the published package, or leave it out of the bundle: mark @tasker/* as external.',
    });
  }
}
