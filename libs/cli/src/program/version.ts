import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Version of this package. @internal */
export const version: string = (
  JSON.parse(readFileSync(join(__dirname, '../../package.json'), 'utf8')) as { version: string }
).version;
