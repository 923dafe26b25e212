import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { TaskerError, type Fault } from '../errors/tasker-error';
import type { JsonSchema, SchemaCheck, SchemaCompiler } from '../data/json-schema';
import { dialectFaults, SCHEMA_ANNOTATIONS, SCHEMA_FORMATS, withoutDraft } from '../data/json-schema-dialect';
import { ajvFault } from './ajv-fault';
import { hasMoreValues } from './data-size';
import { useHashedUniqueItems } from './unique-items';

/** Violations reported at most; `allErrors` on a long list would otherwise answer with one line per entry. */
const MAX_FAULTS = 100;
/** Of data with more values the first fault is told: to find all of them, ajv would keep each before we saw any. */
const MANY_VALUES = 20_000;

const OPTIONS: Options = {
  allErrors: true,
  // For the surplus property's known neighbours and the wording of patterns.
  verbose: true,
  // Without it `required: ['constructor']` is satisfied by every object.
  ownProperties: true,
  // Unknown keywords and formats are faults; the rest of the strict mode is taste.
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  allowUnionTypes: true,
  logger: false,
};

const checking = newAjv({});
const defaulting = newAjv({ useDefaults: true });
const checks = new WeakMap<JsonSchema, SchemaCheck>();
const defaultingChecks = new WeakMap<JsonSchema, SchemaCheck>();

/**
 * Compiles a draft 7 schema; compiled once per schema object.
 *
 * @returns a check that leaves the data as it is
 * @throws {Error} when the schema is invalid; see {@link schemaFaults}
 * @internal
 */
export function compileSchema(schema: JsonSchema): SchemaCheck {
  return cached(checks, schema, checking);
}

/**
 * As {@link compileSchema}, but the check writes the schema's defaults into the data.
 *
 * @internal
 */
export function compileDefaultingSchema(schema: JsonSchema): SchemaCheck {
  return cached(defaultingChecks, schema, defaulting);
}

/**
 * Checks data against a schema.
 *
 * @param path name of the data in messages, such as `result`
 * @throws {TaskerError} TSK_RESULT_INVALID with every violation
 * @internal
 */
export function checkJson(schema: JsonSchema, value: unknown, path: string): void {
  const details = compileSchema(schema)(value, path);
  if (details.length === 0) return;
  const hint = `Correct the data listed in details, or the schema of the step.`;
  throw new TaskerError('TSK_RESULT_INVALID', `The schema does not allow this ${path}.`, { details, hint });
}

/**
 * What is wrong with a schema itself: unknown keywords, types or formats, bad patterns, references to nowhere.
 *
 * @returns at paths below `path`, empty when it compiles
 * @internal
 */
export function schemaFaults(schema: JsonSchema, path: string): Fault[] {
  const foreign = dialectFaults(schema, path);
  if (foreign.length > 0) return foreign;
  if (!checking.validateSchema(withoutDraft(schema))) return firstPerPath(toFaults(checking.errors ?? [], path));
  try {
    compileDefaultingSchema(schema);
    return [];
  } catch (error) {
    return [{ path, message: `is not a valid JSON Schema: ${(error as Error).message}` }];
  }
}

/** JSON Schema as a server understands it: compiled to code. @internal */
export const ajvSchemas: SchemaCompiler = {
  compile: compileSchema,
  compileDefaulting: compileDefaultingSchema,
  faultsOf: schemaFaults,
};

function cached(known: WeakMap<JsonSchema, SchemaCheck>, schema: JsonSchema, ajv: Ajv): SchemaCheck {
  let check = known.get(schema);
  if (!check) known.set(schema, (check = compile(schema, ajv)));
  return check;
}

function compile(schema: JsonSchema, shared: Ajv): SchemaCheck {
  const text = JSON.stringify(schema);
  // Two revisions of a template may use one $id; a shared instance would refuse the second.
  const ajv = text.includes('"$id"') ? newAjv(shared.opts.useDefaults ? { useDefaults: true } : {}) : shared;
  withKeywords(ajv, text);
  const plain = withoutDraft(schema);
  const validate = compiled(ajv, plain);
  let first: ValidateFunction | undefined;
  return (value, path) => {
    const chosen = hasMoreValues(value, MANY_VALUES) ? (first ??= compiled(firstOnly(ajv, text), plain)) : validate;
    return chosen(value) ? [] : toFaults(chosen.errors ?? [], path);
  };
}

function compiled(ajv: Ajv, plain: JsonSchema): ValidateFunction {
  const validate: ValidateFunction = ajv.compile(plain);
  // The instance keeps every schema it compiled; ours are kept by their templates, for as long as those live.
  ajv.removeSchema(plain);
  return validate;
}

/** One that stops at the first fault; made for the schemas whose data ever was that large. */
const firstOnly = ({ opts: { useDefaults = false } }: Ajv, text: string): Ajv =>
  withKeywords(newAjv({ useDefaults, allErrors: false }), text);

function withKeywords(ajv: Ajv, text: string): Ajv {
  for (const [, keyword = ''] of text.matchAll(/"(x-[\w-]+)":/g)) {
    if (!(keyword in ajv.RULES.keywords)) ajv.addKeyword(keyword);
  }
  return ajv;
}

const toFaults = (errors: readonly ErrorObject[], path: string): Fault[] =>
  errors.slice(0, MAX_FAULTS).map((error) => ajvFault(error, path));

/** The meta schema is full of anyOf, which names one slip three times. */
const firstPerPath = (faults: readonly Fault[]): Fault[] =>
  faults.filter(({ path }, index) => faults.findIndex((other) => other.path === path) === index);

function newAjv(options: Options): Ajv {
  const ajv = new Ajv({ ...OPTIONS, ...options });
  ajv.addVocabulary([...SCHEMA_ANNOTATIONS]);
  useHashedUniqueItems(ajv);
  // One by one, because the plug-in also adds keywords made by its own copy of ajv, which may be another one than ours.
  for (const name of SCHEMA_FORMATS) ajv.addFormat(name, addFormats.get(name));
  return ajv;
}
