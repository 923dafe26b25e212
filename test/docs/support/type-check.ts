import { join } from 'node:path';
import ts from 'typescript';
import type { CodeBlock } from './code-blocks';
import { ROOT } from './pages';

/** Where names come from that a block uses and does not declare; the first that exports a name gives it. */
const SOURCES = [
  '@tasker/nestjs',
  ...['access', 'auth', 'event-emitter', 'health', 'metrics', 'rest', 'runtime'].map(
    (entry) => `@tasker/nestjs/${entry}`,
  ),
  '@tasker/embedded-postgres',
  '@tasker/postgres',
  '@nestjs/common',
  '@nestjs/core',
  '@nestjs/swagger',
  '@nestjs/typeorm',
  'typeorm',
  './test/docs/support/assumed.js',
];

/**
 * Checks blocks against the built packages, as modules of an application beside them. A block needs no imports: names it
 * does not declare come from the packages, or are what the pages assume an application to have (`assumed.ts`).
 *
 * @returns what the compiler says, by place
 */
export function typeCheck(blocks: readonly CodeBlock[]): string[] {
  const names = exportedNames();
  const sources = new Map(
    blocks.map((block, index) => [join(ROOT, `block-${index}.mts`), withImports(block.text, names)]),
  );
  const program = programOf(sources);
  return [...sources.keys()].flatMap((file, index) => {
    const source = program.getSourceFile(file);
    if (!source) throw new Error(`${file} is not part of the program.`);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map((fault) =>
      told(fault, blocks[index]),
    );
  });
}

/** The first line of the checked text has the imports, and so stands for the fence. */
function told({ file, start = 0, messageText }: ts.Diagnostic, block: CodeBlock | undefined): string {
  const line = (block?.line ?? 0) + (file?.getLineAndCharacterOfPosition(start).line ?? 0);
  return `${block?.page}:${line}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
}

interface Origin {
  readonly source: string;
  readonly typeOnly: boolean;
}

function exportedNames(): Map<string, Origin> {
  const index = join(ROOT, 'block-sources.mts');
  const text = SOURCES.map((source, at) => `import * as m${at} from '${source}';`).join('\n');
  const program = programOf(new Map([[index, text]]));
  const checker = program.getTypeChecker();
  const names = new Map<string, Origin>();
  for (const statement of program.getSourceFile(index)?.statements ?? []) {
    const { moduleSpecifier } = statement as ts.ImportDeclaration;
    const module = checker.getSymbolAtLocation(moduleSpecifier);
    const source = (moduleSpecifier as ts.StringLiteral).text;
    if (!module) throw new Error(`${source} is not there: npm run build`);
    for (const symbol of checker.getExportsOfModule(module)) {
      const meant = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
      const typeOnly = (meant.flags & ts.SymbolFlags.Value) === 0;
      if (!names.has(symbol.name)) names.set(symbol.name, { source, typeOnly });
    }
  }
  return names;
}

function withImports(text: string, names: ReadonlyMap<string, Origin>): string {
  const { used, declared } = identifiersOf(text);
  const imports = [...used].flatMap((name) => {
    const origin = declared.has(name) ? undefined : names.get(name);
    return origin ? [`import { ${origin.typeOnly ? 'type ' : ''}${name} } from '${origin.source}';`] : [];
  });
  return `${imports.join(' ')} export {};\n${text}`;
}

function identifiersOf(text: string): { used: Set<string>; declared: Set<string> } {
  const used = new Set<string>();
  const declared = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node)) (declares(node) ? declared : used).add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('block.mts', text, ts.ScriptTarget.Latest, true));
  return { used, declared };
}

/** Names of the module's own. Those of parameters and members hide nothing outside of them. */
function declares(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isImportSpecifier(parent) || ts.isImportClause(parent) || ts.isNamespaceImport(parent)) return true;
  if (ts.isVariableDeclaration(parent) || ts.isBindingElement(parent)) return parent.name === node;
  return ts.isDeclarationStatement(parent) && parent.name === node;
}

function programOf(sources: ReadonlyMap<string, string>): ts.Program {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.base.json'), (path) => ts.sys.readFile(path)) as {
    config: { compilerOptions: object };
  };
  const overrides = { composite: false, incremental: false, declaration: false, declarationMap: false, noEmit: true };
  const { options } = ts.convertCompilerOptionsFromJson(
    {
      ...config.compilerOptions,
      ...overrides,
      noUnusedLocals: false,
      noUnusedParameters: false,
      noImplicitOverride: false,
      // Node's own `fetch` is made of it, and so are its types; the package itself is not installed here.
      paths: { undici: ['./node_modules/undici-types/index.d.ts'] },
    },
    ROOT,
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile, readFile } = host;
  host.fileExists = (path) => sources.has(path) || fileExists(path);
  host.readFile = (path) => sources.get(path) ?? readFile(path);
  host.getSourceFile = (path, target, ...rest) => {
    const text = sources.get(path);
    return text === undefined ? getSourceFile(path, target, ...rest) : ts.createSourceFile(path, text, target);
  };
  return ts.createProgram([...sources.keys()], options, host);
}
