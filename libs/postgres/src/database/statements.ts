import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withSchema } from './with-schema';

const FOLDER = join(__dirname, '..', '..', 'sql');

/** The statements of `sql/`, each read once per store and written for its schema. */
export class Statements {
  private readonly texts = new Map<string, string>();

  constructor(private readonly schema: string) {}

  /** @param name area and file name without its ending, such as `engine/claim-steps` */
  get(name: string): string {
    let text = this.texts.get(name);
    if (text === undefined) {
      const file = readFileSync(join(FOLDER, `${name}.sql`), 'utf8');
      text = withSchema(file.replace(/^--.*\n/gm, ''), this.schema);
      this.texts.set(name, text);
    }
    return text;
  }
}
