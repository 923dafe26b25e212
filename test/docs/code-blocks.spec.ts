import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { buildOnce } from '../demo/support/build';
import { codeBlocks, commentBlocks, placeOf, type CodeBlock } from './support/code-blocks';
import { ROOT } from './support/pages';
import { shellFaults } from './support/shell-commands';
import { templateFaults } from './support/template-block';
import { typeCheck } from './support/type-check';

/** `text` is what something prints. SQL is kept by the tests of the migrations, diagrams by nobody. */
const LANGUAGES = ['bash', 'json', 'mermaid', 'sh', 'sql', 'text', 'ts', 'yaml'];

describe('code in the documentation', () => {
  const blocks = codeBlocks();
  const of = (...languages: string[]): CodeBlock[] => blocks.filter(({ language }) => languages.includes(language));
  const examples = commentBlocks(sourceFiles());

  it('is found', () => {
    const pages = new Set(blocks.map(({ page }) => page));
    expect([...pages]).toEqual(expect.arrayContaining(['README.md', join('docs', '02-templates.md')]));
    expect(examples.length).toBeGreaterThan(4);
    for (const language of ['ts', 'yaml', 'sh', 'json']) expect(of(language).length).toBeGreaterThan(1);
  });

  it('says what it is', () => {
    expect(blocks.filter(({ language }) => !LANGUAGES.includes(language)).map(placeOf)).toEqual([]);
  });

  it('compiles where it is TypeScript, in pages and in comments', async () => {
    await buildOnce();
    const faults = typeCheck([...of('ts'), ...examples, wrong('\nawait tasker.retry(42);\n')]);
    expect(faults).toEqual([expect.stringMatching(/^wrong:6: Expected 2/)]);
  }, 180_000);

  it('is understood by the loader where it is a template', () => {
    expect([...of('yaml'), wrong('handler_confg: {}\n')].flatMap(templateFaults)).toEqual([
      expect.stringContaining('handler_confg'),
    ]);
  });

  it('parses where it is JSON', () => {
    expect(of('json').flatMap(jsonFaults)).toEqual([]);
  });

  it('names scripts, files, packages and commands that exist where it is for a shell', async () => {
    const typed = wrong(
      'export A=1 # npm run neither\nnpm run nothing | npx tasker task lst && node "test/no.mjs" > x\n',
    );
    const faults = await Promise.all([...of('sh', 'bash'), typed].map(shellFaults));
    expect(faults.flat()).toEqual([
      'wrong:4: there is no script nothing',
      expect.stringContaining("tasker task lst: error: unknown command 'lst'"),
      'wrong:4: there is no file test/no.mjs',
    ]);
  });
});

/** A block as it must not be, so that each check is seen to fail. */
const wrong = (text: string): CodeBlock => ({ page: 'wrong', line: 4, language: 'text', text });

function sourceFiles(): string[] {
  return ['src', 'libs/core/src', 'libs/postgres/src', 'libs/embedded-postgres/src'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
      .map((file) => join(ROOT, folder, file)),
  );
}

function jsonFaults(block: CodeBlock): string[] {
  try {
    JSON.parse(block.text);
    return [];
  } catch (error) {
    return [`${placeOf(block)}: ${(error as Error).message}`];
  }
}
