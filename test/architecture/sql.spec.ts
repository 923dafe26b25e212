import ts from 'typescript';
import { parse, place, publishedFiles } from './support/source-files';

/** How a statement begins or goes on, in lower case; English that happens to look so has other words around it. */
const SQL = [
  /\bselect\s[^.;]*\sfrom\s/,
  /\binsert\s+into\s/,
  /\bupdate\s+[\w."]+(\s+\w+)?\s+set\s/,
  /\bdelete\s+from\s/,
  /\bpg_[a-z_]+/,
  /\btasker\.[a-z_]+(_v\d+)?\s*\(/,
];

/** Where statements are at home. */
const AT_HOME = /^libs\/(postgres|embedded-postgres)\//;

describe('SQL', () => {
  it.each([
    ['const a = `select id from tasker.tasks`;', true],
    ['run("INSERT INTO t (a) VALUES (1)");', true],
    ['run(`update ${table} set a = 1`); const b = `update tasker.tasks t set a = ${1}`;', true],
    ["run('delete from t');", true],
    ["const lock = 'pg_try_advisory_lock';", true],
    ["const help = 'Select the tasks to take. From then on they are yours.';", false],
    ["// select a from b\nconst update = 'update it, and set out';", false],
    ["import { x } from 'pg_notes/select';", false],
  ])('is seen in: %s', (text, expected) => {
    expect(statementsIn('src/sample.ts', text).length > 0).toBe(expected);
  });

  it('is in libs/postgres and nowhere else', () => {
    const files = publishedFiles().filter((file) => !AT_HOME.test(file));
    expect(files.flatMap((file) => statementsIn(file))).toEqual([]);
  });
});

/** Places of strings and templates that hold SQL; not of comments, nor of the names of modules. */
function statementsIn(file: string, text?: string): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isModuleName = ts.isImportDeclaration(node.parent) || ts.isExportDeclaration(node.parent);
    const isText = ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);
    if (isText && !isModuleName && SQL.some((pattern) => pattern.test(node.getText().toLowerCase())))
      found.push(place(node));
    ts.forEachChild(node, visit);
  };
  ts.forEachChild(parse(file, text), visit);
  return found;
}
