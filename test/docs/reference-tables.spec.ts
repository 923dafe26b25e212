import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES, EVENT_NAMES, OPERATOR_VERBS } from '@tasker/core';
import { resolveTaskerOptions } from '@tasker/nestjs/runtime';
import ts from 'typescript';
import { RETRY_FIELDS, STEP_KEYS, TEMPLATE_KEYS } from '../../libs/core/src/rules/template/yaml/template-keys';

const ROOT = join(__dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Cells of the rows whose first cell is code; all other tables and heads fall out. */
function rowsOf(page: string): string[][] {
  return read(page)
    .split('\n')
    .filter((line) => /^\| `/.test(line))
    .map((line) =>
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const bare = (cell: string | undefined): string => (cell ?? '').replaceAll('`', '');

describe('the table of events', () => {
  const rows = rowsOf('docs/06-events.md');

  it('has every event of the catalogue, in its order, and no other', () => {
    expect(rows.map(([name]) => bare(name))).toEqual(EVENT_NAMES);
  });

  it('says of each when it is published, in the words of the catalogue', () => {
    const said = catalogueSummaries();
    expect(said.size).toBe(EVENT_NAMES.length);
    expect(new Map(rows.map(([name, when]) => [bare(name), when]))).toEqual(said);
  });
});

describe('the tables of verbs', () => {
  it('have every verb by its method, and no other but the remark, which is none', () => {
    const method = (verb: string): string => verb.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
    const documented = rowsOf('docs/10-operators.md').map(([name]) => bare(name));
    expect(documented.sort()).toEqual([...OPERATOR_VERBS.map(method), 'annotate'].sort());
  });
});

describe('the table of error codes', () => {
  it('has every code with its kind, and no other', () => {
    const rows = rowsOf('docs/reference/errors.md').map(([code, kind]) => [bare(code), kind]);
    expect(Object.fromEntries(rows)).toEqual(
      Object.fromEntries(Object.entries(ERROR_CODES).map(([code, { kind }]) => [code, kind])),
    );
  });
});

describe('the table of options', () => {
  it('has every option, and no other', () => {
    const [options = ''] = read('docs/05-options.md').split('## Of a request');
    const documented = [...options.matchAll(/^\| `([\w.]+)`/gm)].map(([, name = '']) => name);
    const sections = new Set(documented.filter((name) => documented.some((other) => other.startsWith(`${name}.`))));
    const resolved = resolveTaskerOptions({ database: { url: 'postgres://localhost/app' } });
    expect(documented.filter((name) => !sections.has(name)).sort()).toEqual(pathsOf(resolved).sort());
  });
});

describe('the tables of keys in a template file', () => {
  const [, template = '', step = ''] = read('docs/02-templates.md').split(/^### Keys of a .*$|^## Decorators$/m);
  const keysIn = (section: string): string[] =>
    [...section.matchAll(/^\| (`[^|]+`) +\|/gm)].flatMap(([, cell = '']) =>
      cell.split(',').map((key) => bare(key.trim())),
    );

  it('have every key of a template, and no other', () => {
    expect(keysIn(template).sort()).toEqual([...TEMPLATE_KEYS].sort());
  });

  it('have every key of a step, and no other', () => {
    const retry = Object.keys(RETRY_FIELDS).map((key) => `retry.${key}`);
    expect(keysIn(step).sort()).toEqual([...STEP_KEYS.filter((key) => key !== 'retry'), ...retry].sort());
  });
});

/** TSDoc of each member of `TaskerEvents`. */
function catalogueSummaries(): Map<string, string> {
  const path = 'libs/core/src/events/event-catalogue.ts';
  const source = ts.createSourceFile(path, read(path), ts.ScriptTarget.Latest, true);
  const catalogue = source.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === 'TaskerEvents',
  );
  return new Map(
    (catalogue?.members ?? []).map((member) => {
      const [doc] = ts.getJSDocCommentsAndTags(member);
      const name =
        member.name && (ts.isStringLiteral(member.name) || ts.isIdentifier(member.name)) ? member.name.text : '';
      return [name, ts.getTextOfJSDocComment(doc?.comment) ?? ''];
    }),
  );
}

/** Sections have one level; what is inside an option's value is the user's. */
const pathsOf = (options: object): string[] =>
  Object.entries(options).flatMap(([section, value]) =>
    typeof value === 'object' && value !== null
      ? Object.keys(value as object).map((name) => `${section}.${name}`)
      : [section],
  );
