import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import ts from 'typescript';

const ROOT = join(__dirname, '../../..');

/** Folders with the code that is published. */
const SOURCES = ['src', ...readdirSync(join(ROOT, 'libs')).map((library) => `libs/${library}/src`)];

/** Published TypeScript files without their specs, as paths from the root, sorted. */
export function publishedFiles(): string[] {
  return SOURCES.filter((folder) => existsSync(join(ROOT, folder)))
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
    )
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
    .sort();
}

/** Everything that jest runs, as paths from the root, sorted. */
export function specFiles(): string[] {
  return ['test', 'src', 'libs', 'examples']
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file}`),
    )
    .filter((file) => /[.-]spec\.ts$/.test(file) && !/(^|\/)(node_modules|dist)\//.test(file))
    .sort();
}

/** What users can import from: `src/index.ts`, the sub-path entries beside it, and the index of each library. */
export function barrels(): string[] {
  return publishedFiles().filter((file) => /^(src\/([^/]+\/)?|libs\/[^/]+\/src\/)index\.ts$/.test(file));
}

export function parse(file: string, text = readFileSync(join(ROOT, file), 'utf8')): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
}

/** A program over the barrels with the path mapping of the tests: no build is needed before. */
export function barrelProgram(): ts.Program {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.test.json'), (path) => ts.sys.readFile(path)) as {
    config: object;
  };
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, ROOT);
  return ts.createProgram(
    barrels().map((file) => join(ROOT, file)),
    options,
  );
}

/** `libs/core/src/step/backoff.ts:12`, as a terminal makes it a link. */
export function place(node: ts.Node): string {
  const file = node.getSourceFile();
  const { line } = file.getLineAndCharacterOfPosition(node.getStart());
  return `${relative(ROOT, resolve(ROOT, file.fileName))}:${line + 1}`;
}
