import ts from 'typescript';
import { barrelProgram, barrels, place } from './support/source-files';

const RELEASE_TAGS = ['public', 'internal', 'experimental'];

interface Exported {
  name: string;
  declarations: ts.Declaration[];
}

describe('the public surface', () => {
  let exported: Exported[];
  beforeAll(() => (exported = exportedDeclarations(barrelProgram())));

  it('has an entry for each published package', () => {
    expect(barrels()).toEqual(
      expect.arrayContaining(['libs/core/src/index.ts', 'libs/postgres/src/index.ts', 'src/index.ts']),
    );
    expect(exported.length).toBeGreaterThan(20);
  });

  it('is described in full: every exported declaration has a summary', () => {
    expect(missing(exported, (declaration) => summaryOf(declaration) !== '')).toEqual([]);
  });

  it('says of every exported declaration whether it is public, internal or experimental', () => {
    expect(missing(exported, (declaration) => tagsOf(declaration).some((tag) => RELEASE_TAGS.includes(tag)))).toEqual(
      [],
    );
  });
});

/** What the barrels export, each declaration once though two packages export it. */
function exportedDeclarations(program: ts.Program): Exported[] {
  const checker = program.getTypeChecker();
  const symbols = new Set<ts.Symbol>();
  for (const file of program.getRootFileNames()) {
    const source = program.getSourceFile(file);
    const module = source && checker.getSymbolAtLocation(source);
    for (const symbol of module ? checker.getExportsOfModule(module) : []) {
      symbols.add(symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol);
    }
  }
  return [...symbols].map((symbol) => ({ name: symbol.name, declarations: symbol.declarations ?? [] }));
}

/** One name may be two declarations, such as a decorator and an interface; each of them stands on its own. */
function missing(exported: Exported[], documented: (declaration: ts.Declaration) => boolean): string[] {
  return exported.flatMap(({ name, declarations }) =>
    firstOverloads(declarations)
      .filter((declaration) => !documented(declaration))
      .map((declaration) => `${place(declaration)} ${name}`),
  );
}

function firstOverloads(declarations: ts.Declaration[]): ts.Declaration[] {
  const overloads = declarations.filter((declaration) => ts.isFunctionDeclaration(declaration));
  return declarations.filter((declaration) => !overloads.slice(1).includes(declaration as ts.FunctionDeclaration));
}

function summaryOf(declaration: ts.Declaration): string {
  return ts
    .getJSDocCommentsAndTags(declaration)
    .filter((node) => ts.isJSDoc(node))
    .map((doc) => ts.getTextOfJSDocComment(doc.comment) ?? '')
    .join('')
    .trim();
}

function tagsOf(declaration: ts.Declaration): string[] {
  return ts.getJSDocTags(declaration).map((tag) => tag.tagName.text);
}
