// Writes docs/openapi.json, the OpenAPI document of the REST module, from the sources; test/rest keeps the two equal.
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { format } from 'prettier';

const require = createRequire(import.meta.url);
require('../test/support/typescript.cjs');
const { openapiDocument } = require('../test/rest/support/openapi-document.ts');

const file = join(import.meta.dirname, '../docs/openapi.json');
const text = JSON.stringify(await openapiDocument(), null, 2);
writeFileSync(file, await format(text, { parser: 'json', printWidth: 120 }));
