import { Ajv, type ErrorObject, type Options, type ValidateFunction } from 'ajv';
import addFormats, { type FormatName } from 'ajv-formats';
import { TaskerError, type Fault } from '../errors/tasker-error';
import type { JsonSchema, SchemaCheck, SchemaCompiler } from '../data/json-schema';
import { ajvFault } from './ajv-fault';

/** Violations reported at most; `allErrors` on a long list would otherwise answer with one line per entry. */
const MAX_FAULTS = 100;

const DRAFT = /^https?:\/\/json-schema\.org\/draft-0[67]\/schema#?$/;

const FORMATS: readonly FormatName[] = [
  ...(['date', 'time', 'date-time', 'iso-time', 'iso-date-time', 'duration'] as const),
  ...(['email', 'hostname', 'ipv4', 'ipv6', 'uri', 'uri-reference', 'uri-template', 'url', 'uuid'] as const),
  ...(['json-pointer', 'relative-json-pointer', 'regex', 'byte', 'int32', 'int64', 'float', 'double'] as const),
  ...(['password', 'binary'] as const),
];

/** Annotations of OpenAPI and of editors, which check nothing. Any other unknown keyword is taken for a slip. */
const ANNOTATIONS = ['example', 'externalDocs', 'xml', 'markdownDescription', 'enumNames', 'enumDescriptions'];

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
  const { $schema } = schema;
  if ($schema !== undefined && !(typeof $schema === 'string' && DRAFT.test($schema))) {
    return [{ path: `${path}.$schema`, message: 'must be http://json-schema.org/draft-07/schema#' }];
  }
  // Asynchronous schemas answer with a promise, which would pass for "valid".
  if ('$async' in schema) return [{ path: `${path}.$async`, message: 'is not supported' }];
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
  for (const [, keyword = ''] of text.matchAll(/"(x-[\w-]+)":/g)) {
    if (!(keyword in ajv.RULES.keywords)) ajv.addKeyword(keyword);
  }
  const plain = withoutDraft(schema);
  const validate: ValidateFunction = ajv.compile(plain);
  // The instance keeps every schema it compiled; ours are kept by their templates, for as long as those live.
  ajv.removeSchema(plain);
  return (value, path) => (validate(value) ? [] : toFaults(validate.errors ?? [], path));
}

const toFaults = (errors: readonly ErrorObject[], path: string): Fault[] =>
  errors.slice(0, MAX_FAULTS).map((error) => ajvFault(error, path));

/** The meta schema is full of anyOf, which names one slip three times. */
const firstPerPath = (faults: readonly Fault[]): Fault[] =>
  faults.filter(({ path }, index) => faults.findIndex((other) => other.path === path) === index);

function withoutDraft(schema: JsonSchema): JsonSchema {
  const { $schema: _draft, ...rest } = schema;
  return rest;
}

function newAjv(options: Options): Ajv {
  const ajv = new Ajv({ ...OPTIONS, ...options });
  ajv.addVocabulary(ANNOTATIONS);
  // One by one, because the plug-in also adds keywords made by its own copy of ajv, which may be another one than ours.
  for (const name of FORMATS) ajv.addFormat(name, addFormats.get(name));
  return ajv;
}
