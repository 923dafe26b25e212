import type { ImportDeclaration, NamedImports, SourceFile } from 'typescript';
import type { TypeScript } from './host-module';
import type { Insertion } from './text-edit';

/** A name and where it comes from. */
export interface NamedImport {
  readonly name: string;
  readonly from: string;
}

/** Imports the name in the way the file does: added to an import from the same place, or after all others. */
export function importInsertion(ts: TypeScript, file: SourceFile, { name, from }: NamedImport): Insertion[] {
  const declarations = file.statements.filter((statement) => ts.isImportDeclaration(statement));
  const same = declarations.flatMap((declaration) => namedImports(ts, declaration, from));
  if (same.some(({ elements }) => elements.some((element) => element.name.text === name))) return [];
  const last = same.at(-1)?.elements.at(-1);
  if (last) return [{ at: last.getEnd(), text: `, ${name}` }];
  const quote = /^\s*import\b[^;]*?"/m.test(file.text) ? '"' : "'";
  const line = `import { ${name} } from ${quote}${from}${quote};`;
  const after = declarations.at(-1);
  return [after ? { at: after.getEnd(), text: `\n${line}` } : { at: 0, text: `${line}\n` }];
}

function namedImports(ts: TypeScript, declaration: ImportDeclaration, from: string): NamedImports[] {
  const { moduleSpecifier, importClause } = declaration;
  if (!ts.isStringLiteral(moduleSpecifier) || moduleSpecifier.text !== from) return [];
  const bindings = importClause?.namedBindings;
  const typesOnly = importClause?.getText().startsWith('type ') ?? false;
  return bindings && ts.isNamedImports(bindings) && !typesOnly ? [bindings] : [];
}
