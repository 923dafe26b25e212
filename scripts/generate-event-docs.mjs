// Fills the tables of docs/06-events.md, and what a running process can tell of each event, from the catalogue of events;
// test/metrics keeps them equal.
import { join } from 'node:path';
import ts from 'typescript';
import { code, ROOT, table, write, writeWhole } from './generated-region.mjs';

const PAGE = 'docs/06-events.md';
const CATALOGUE = join(ROOT, 'libs/core/src/events/event-catalogue.ts');
const FAILURE = join(ROOT, 'libs/core/src/rules/settlement/step-failure.ts');
const DESCRIPTIONS = 'libs/core/src/events/event-descriptions.ts';
const PRINTING = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.UseAliasDefinedOutsideCurrentScope;

/** The regions of the page, and the text of the descriptions. */
function generated() {
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
    return [kind, fields.filter(({ name }) => !base.some((known) => known.name === name)).map(shown)];
  };
  const docOf = (node) =>
    ts.displayPartsToString(checker.getSymbolAtLocation(node.name)?.getDocumentationComment(checker));
  const rows = declared('TaskerEvents').members.map((member) => {
    const [kind, own] = beyond(fieldsOf(checker.getTypeAtLocation(member)));
    return [code(member.name.text), docOf(member).replaceAll('\n', ' '), kind, own.map(code).join(', ')];
  });
  const entryOf = (member) => {
    const [base, own] = beyond(fieldsOf(checker.getTypeAtLocation(member)));
    return {
      description: docOf(member).replaceAll('\n', ' '),
      ...(base === 'none' ? {} : { base }),
      fields: typesOf(own),
    };
  };
  const descriptions = Object.fromEntries(
    declared('TaskerEvents').members.map((member) => [member.name.text, entryOf(member)]),
  );
  const bases = { task: typesOf(common.task.map(shown)), step: typesOf(common.step.map(shown)) };
  const shape = (name) =>
    declared(name)
      .getText()
      .replace(/^export /, '');
  const kindsOfFailure = () => {
    const alias = failures.statements.find((s) => ts.isTypeAliasDeclaration(s) && s.name.text === 'FailureKind');
    const { types } = checker.getTypeAtLocation(alias);
    return `type FailureKind =\n${types
      .map(({ value }) => `  | '${value}'`)
      .sort()
      .join('\n')};`;
  };
  const shapes = ['TaskEventBase', 'StepEventBase', 'TaskEnd', 'TaskFailure', 'StepFailure', 'FailureCause']
    .map(shape)
    .concat(kindsOfFailure())
    .join('\n\n');
  const regions = {
    events: table(['name', 'when', 'common part', 'payload beyond it'], rows),
    shapes: `\`\`\`ts\n${shapes}\n\`\`\``,
  };
  return { regions, bases, descriptions };
}

const { regions, bases, descriptions } = generated();
/** `name: type` lines as an object. */
function typesOf(lines) {
  return Object.fromEntries(
    lines.map((text) => [text.slice(0, text.indexOf(': ')), text.slice(text.indexOf(': ') + 2)]),
  );
}

await write(PAGE, regions);
await writeWhole(
  DESCRIPTIONS,
  `// Generated from event-catalogue.ts by scripts/generate-event-docs.mjs.
import type { TaskerEventName } from './event-catalogue';

interface EventDescription {
  readonly description: string;
  /** Which of the common parts the payload has; none without it. */
  readonly base?: keyof typeof EVENT_BASES;
  readonly fields: Readonly<Record<string, string>>;
}

/** Fields of the common parts of payloads, with their types as text. */
const EVENT_BASES = ${JSON.stringify(bases)} as const;

const DESCRIPTIONS: Readonly<Record<TaskerEventName, EventDescription>> = ${JSON.stringify(descriptions)};

/** When an event is published, and the type of each field of its payload, as text. @public */
export function describeEvent(name: TaskerEventName): {
  readonly description: string;
  readonly payload: Readonly<Record<string, string>>;
} {
  const { description, base, fields } = DESCRIPTIONS[name];
  return { description, payload: { ...(base && EVENT_BASES[base]), ...fields } };
}
`,
);
