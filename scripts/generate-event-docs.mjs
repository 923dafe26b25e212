// Fills the tables of docs/06-events.md from the catalogue of events; test/metrics keeps the two equal.
import { join } from 'node:path';
import ts from 'typescript';
import { code, ROOT, table, write } from './generated-region.mjs';

const PAGE = 'docs/06-events.md';
const CATALOGUE = join(ROOT, 'libs/core/src/events/event-catalogue.ts');
const FAILURE = join(ROOT, 'libs/core/src/rules/settlement/step-failure.ts');
const PRINTING = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;

/** The regions of the page. */
function eventRegions() {
  const program = ts.createProgram([CATALOGUE, FAILURE], {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
  });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(CATALOGUE);
  const failures = program.getSourceFile(FAILURE);
  const declared = (name) =>
    [...source.statements, ...failures.statements].find((s) => ts.isInterfaceDeclaration(s) && s.name.text === name);
  const fieldsOf = (type) => checker.getPropertiesOfType(type);
  const typeOf = (field) => checker.typeToString(checker.getTypeOfSymbol(field), undefined, PRINTING);
  const shown = (field) => {
    const isOptional = (field.flags & ts.SymbolFlags.Optional) !== 0;
    return `${field.name}${isOptional ? '?' : ''}: ${isOptional ? typeOf(field).replace(' | undefined', '') : typeOf(field)}`;
  };
  const common = { task: fieldsOf(checker.getTypeAtLocation(declared('TaskEventBase'))) };
  common.step = fieldsOf(checker.getTypeAtLocation(declared('StepEventBase')));
  const beyond = (fields) => {
    const has = (names) => names.every(({ name }) => fields.some((field) => field.name === name));
    const base = has(common.step) ? common.step : has(common.task) ? common.task : [];
    const kind = base === common.step ? 'step' : base === common.task ? 'task' : 'none';
    return [
      kind,
      fields
        .filter(({ name }) => !base.some((known) => known.name === name))
        .map(shown)
        .map(code),
    ];
  };
  const docOf = (node) =>
    ts.displayPartsToString(checker.getSymbolAtLocation(node.name)?.getDocumentationComment(checker));
  const rows = declared('TaskerEvents').members.map((member) => {
    const [kind, own] = beyond(fieldsOf(checker.getTypeAtLocation(member)));
    return [code(member.name.text), docOf(member).replaceAll('\n', ' '), kind, own.join(', ')];
  });
  const shape = (name) =>
    declared(name)
      .getText()
      .replace(/^export /, '');
  const shapes = ['TaskEventBase', 'StepEventBase', 'StepFailure', 'FailureCause'].map(shape).join('\n\n');
  return {
    events: table(['name', 'when', 'common part', 'payload beyond it'], rows),
    shapes: `\`\`\`ts\n${shapes}\n\`\`\``,
  };
}

await write(PAGE, eventRegions());
