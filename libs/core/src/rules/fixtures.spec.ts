import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { answer, withoutWords, type Fixtures } from '../../fixtures/answers';
import { interpretedSchemas } from '../../fixtures/interpreted-schemas';
import { ajvSchemas } from '../schema/ajv-schemas';

const FOLDER = join(__dirname, '../../fixtures');

const sha256 = async (text: string): Promise<string> => createHash('sha256').update(text).digest('hex');
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.json'));

describe.each(files)('the cases of %s', (file) => {
  const { rule, cases } = JSON.parse(readFileSync(join(FOLDER, file), 'utf8')) as Fixtures;

  it('have names of their own', () => {
    expect(file).toBe(`${rule}.json`);
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  it.each(cases)('come to what they say: $name', async ({ input, expected }) => {
    expect(await answer(rule, input, { schemas: ajvSchemas, sha256 })).toEqual(expected);
  });

  it.each(cases)('come to the same with an interpreter of JSON Schema: $name', async ({ input, expected }) => {
    const found = await answer(rule, input, { schemas: interpretedSchemas, sha256 });
    expect(withoutWords(found)).toEqual(withoutWords(expected));
  });
});
