import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES } from '@tasker/core';
import ts from 'typescript';
import { parse, publishedFiles } from './support/source-files';

const REFERENCE = join(__dirname, '../../docs/reference/errors.md');
const codes = Object.keys(ERROR_CODES);

describe('the table of error codes', () => {
  it('lists no code that nothing raises', () => {
    const raised = new Set(publishedFiles().filter(isNotTheTable).flatMap(stringsOf));
    expect(codes.filter((code) => !raised.has(code))).toEqual([]);
  });

  it('has a hint that is a sentence for every code', () => {
    const hints = Object.entries<{ hint: string }>(ERROR_CODES);
    expect(hints.filter(([, { hint }]) => !/^[A-Z].+\.$/.test(hint)).map(([code]) => code)).toEqual([]);
  });

  it('is what the reference page shows; `npm run docs:errors` writes it', () => {
    const page = existsSync(REFERENCE) ? readFileSync(REFERENCE, 'utf8') : '';
    const rows = Object.entries<{ kind: string; hint: string }>(ERROR_CODES).map(
      ([code, { kind, hint }]) => [code, kind, hint.replaceAll('|', '\\|')] as const,
    );
    expect(rows.filter((row) => !row.every((cell) => page.includes(cell))).map(([code]) => code)).toEqual([]);
    expect((page.match(/`TSK_[A-Z_]+`/g) ?? []).filter((code) => !codes.includes(code.slice(1, -1)))).toEqual([]);
  });
});

function isNotTheTable(file: string): boolean {
  return !file.endsWith('/error-codes.ts');
}

function stringsOf(file: string): string[] {
  const strings: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) strings.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return strings;
}
