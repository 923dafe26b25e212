import type { ArrayLiteralExpression, ObjectLiteralExpression, SourceFile } from 'typescript';
import type { TypeScript } from './host-module';
import { importInsertion, type NamedImport } from './import-edit';
import { indented, inserted, type Insertion } from './text-edit';

/** What a module class shall have in its metadata. */
export interface ModuleAddition {
  readonly list: 'imports' | 'providers';
  /** Source text of one element, its lines indented from 0. */
  readonly expression: string;
  /** What the expression uses. */
  readonly uses: readonly NamedImport[];
}

/** A file in which no place for the addition was found. */
export class NoModuleError extends Error {}

/**
 * Adds elements to the lists of the file's `@Module`. Everything else stays as it is written.
 *
 * @throws {NoModuleError} when there is no module class, or its metadata is not written out
 */
export function addToModule(ts: TypeScript, text: string, additions: readonly ModuleAddition[]): string {
  return additions.reduce((source, addition) => {
    const file = ts.createSourceFile('module.ts', source, ts.ScriptTarget.Latest, true);
    const insertions = addition.uses.flatMap((name) => importInsertion(ts, file, name));
    return inserted(source, [...insertions, listInsertion(ts, file, addition)]);
  }, text);
}

/** Whether the file's `@Module` mentions a name in its metadata. */
export function moduleMentions(ts: TypeScript, text: string, name: string): boolean {
  const file = ts.createSourceFile('module.ts', text, ts.ScriptTarget.Latest, true);
  return new RegExp(`\\b${name}\\b`).test(moduleMetadata(ts, file).getText(file));
}

function listInsertion(ts: TypeScript, file: SourceFile, { list, expression }: ModuleAddition): Insertion {
  const metadata = moduleMetadata(ts, file);
  const property = metadata.properties.find((one) => one.name !== undefined && one.name.getText(file) === list);
  if (!property) {
    const end = metadata.properties.length === 0 ? '\n' : '';
    return { at: metadata.getStart(file) + 1, text: `\n  ${list}: [${firstElement(expression)}],${end}` };
  }
  if (!ts.isPropertyAssignment(property) || !ts.isArrayLiteralExpression(property.initializer)) {
    throw new NoModuleError(`the ${list} of the module are not written out as a list`);
  }
  return elementInsertion(file, property.initializer, expression);
}

/** On lines of its own where it needs several. */
const firstElement = (expression: string): string =>
  expression.includes('\n') ? `\n    ${indented(expression, '    ')},\n  ` : expression;

/** As the elements before it stand: on lines of their own, or all on one. */
function elementInsertion(file: SourceFile, array: ArrayLiteralExpression, expression: string): Insertion {
  const last = array.elements.at(-1);
  if (!last) return { at: array.getStart(file) + 1, text: firstElement(expression) };
  const line = file.text.slice(0, last.getStart(file)).split('\n').at(-1) ?? '';
  const ownLines = /^\s+$/.test(line);
  const text = ownLines ? `\n${line}${indented(expression, line)}` : ` ${indented(expression, '  ')}`;
  // Where the last element has a comma already, it serves the new one as well.
  if (array.elements.hasTrailingComma) return { at: array.elements.end, text: `${text},` };
  return { at: last.getEnd(), text: `,${text}` };
}

function moduleMetadata(ts: TypeScript, file: SourceFile): ObjectLiteralExpression {
  for (const statement of file.statements) {
    if (!ts.isClassDeclaration(statement)) continue;
    for (const { expression } of ts.getDecorators(statement) ?? []) {
      if (!ts.isCallExpression(expression) || expression.expression.getText(file) !== 'Module') continue;
      const [metadata] = expression.arguments;
      if (metadata && ts.isObjectLiteralExpression(metadata)) return metadata;
    }
  }
  throw new NoModuleError('it has no class with @Module({ … })');
}
