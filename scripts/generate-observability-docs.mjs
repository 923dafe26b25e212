// Fills the tables of docs/15-observability.md from the code. test/metrics keeps the two equal.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { globSync } from 'tinyglobby';
import ts from 'typescript';
import { code, ROOT, table, write } from './generated-region.mjs';

const PAGE = 'docs/15-observability.md';
const LEVELS = ['debug', 'info', 'warn', 'error'];

/** The regions of the page, from the table of the metrics and from the sources. */
const observabilityRegions = (metrics) => ({
  metrics: metricTable(metrics),
  alerts: alertTable(),
  'log lines': logTable(),
});

const metricTable = (metrics) =>
  table(
    ['metric', 'type', 'scope', 'labels', 'what it says'],
    metrics.map(({ name, type, scope, labels, help }) => [code(name), type, scope, labels.map(code).join(', '), help]),
  );

function alertTable() {
  const rules = readFileSync(join(ROOT, 'observability/alerts.yml'), 'utf8').split('- alert: ').slice(1);
  const line = (rule, pattern) => pattern.exec(rule)?.[1] ?? '';
  return table(
    ['alert', 'severity', 'after', 'what to do'],
    rules.map((rule) => [
      code(line(rule, /^(\w+)/)),
      line(rule, /severity: (\w+)/),
      line(rule, /for: (\w+)/) || 'at once',
      line(rule, /description: '(.*)'/),
    ]),
  );
}

/** Every call of a log in the engine and the module: its level, its text and the fields beside it. */
function logTable() {
  const files = globSync(['libs/core/src/engine/**/*.ts', 'src/**/*.ts'], { cwd: ROOT, ignore: '**/*.spec.ts' }).sort();
  const rows = files.flatMap((file) => {
    const source = ts.createSourceFile(file, readFileSync(join(ROOT, file), 'utf8'), ts.ScriptTarget.Latest, true);
    const found = [];
    const visit = (node) => {
      const row = logCall(node, source);
      if (row) found.push(row);
      ts.forEachChild(node, visit);
    };
    visit(source);
    return found;
  });
  const order = ([level, text]) => `${LEVELS.length - LEVELS.indexOf(level)} ${text}`;
  const distinct = new Map(
    rows.map(([level, text, fields]) => [`${level} ${text}`, [level, text, fields.map(code).join(', ')]]),
  );
  return table(
    ['level', 'line', 'fields'],
    [...distinct.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1)),
  );
}

function logCall(node, source) {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return null;
  const { name, expression } = node.expression;
  if (!LEVELS.includes(name.text) || !/(^|\.)log$/.test(expression.getText(source))) return null;
  const [text, fields] = node.arguments;
  const message = text && textOf(text, source);
  return message ? [name.text, message, fieldsOf(fields, source)] : null;
}

/** The text with its moving parts as an ellipsis; undefined when it is made elsewhere. */
function textOf(node, source) {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
  }
  return ts.isIdentifier(node) ? textOfConstant(node, source) : undefined;
}

function textOfConstant(name, source) {
  const value = initialiserOf(name, source);
  return value && textOf(value, source);
}

/** Names of the fields, wherever in the file the object is written. */
function fieldsOf(node, source) {
  if (!node) return [];
  if (ts.isObjectLiteralExpression(node)) {
    return node.properties.flatMap((property) =>
      ts.isSpreadAssignment(property) ? fieldsOf(property.expression, source) : [property.name.getText(source)],
    );
  }
  if (ts.isIdentifier(node)) return fieldsOf(initialiserOf(node, source), source);
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const called = node.expression.name.text;
    return fieldsOf(
      find(source, (n) => (ts.isMethodDeclaration(n) && n.name.getText(source) === called ? returned(n) : null)),
      source,
    );
  }
  return [];
}

/** The nearest constant of that name above its use. */
function initialiserOf(name, source) {
  for (let scope = name.parent; scope; scope = scope.parent) {
    const value = find(scope, (n) =>
      ts.isVariableDeclaration(n) && n.name.getText(source) === name.text ? n.initializer : null,
    );
    if (value) return value;
  }
  return undefined;
}

const returned = (method) => find(method, (n) => (ts.isReturnStatement(n) ? n.expression : null));

function find(node, test) {
  let found = test(node);
  if (!found) ts.forEachChild(node, (child) => void (found ||= find(child, test)));
  return found || undefined;
}

const load = createRequire(import.meta.url);
load('../test/support/typescript.cjs');
await write(PAGE, observabilityRegions(load('../src/metrics/metric-table.ts').METRICS));
