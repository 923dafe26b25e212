import { TaskerError, type Fault } from '../../../errors/tasker-error';
import type { SchemaCompiler } from '../../../data/json-schema';
import { checkDefinition } from '../check-definition';
import type { TaskTemplateDefinition } from '../definition';
import { formatPath, type PathSegments } from '../../../data/fault-path';
import { normaliseTemplate, type StepDefaults } from '../step-defaults';
import { applyEnvironment, environmentFaults, overridePlace } from './environment-override';
import { interpolate } from './interpolate';
import { TemplateReader } from './read-template';
import { isRecord } from '../../../data/record';
import { YamlDocument, type PlacedFault } from './yaml-document';

/** How to read a template file. @public */
export interface ParseTemplateOptions {
  /** Name of the file in messages. */
  readonly source: string;
  /** Which entry of `environments` applies. None: the file as it stands. */
  readonly environment?: string | undefined;
  /** Values of `${VAR}`. Default: none is set, so only defaults apply. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Handler names by the class names that stand for them in the file, for files of the original. */
  readonly handlers?: Readonly<Record<string, string>> | undefined;
  /** What steps have where they say nothing themselves. */
  readonly stepDefaults?: StepDefaults | undefined;
}

/**
 * Reads the templates of a YAML file, one per document.
 *
 * Understands every key of the original and ours; unknown keys are faults. In text values `${VAR}` and
 * `${VAR:-default}` are replaced, `$${` is a literal `${`; an unquoted value that is one reference and nothing else
 * gets the type its text has in YAML.
 *
 * @param schemas understands the JSON Schemas in the file
 * @returns definitions with all defaults filled in, in the order of the file; at least one
 * @throws {TaskerError} TSK_TEMPLATE_INVALID with every fault of the file in the order of its lines, each with its path
 *   in the file, and `source:line` in its message
 * @public
 */
export function parseTemplateYaml(
  text: string,
  options: ParseTemplateOptions,
  schemas: SchemaCompiler,
): TaskTemplateDefinition[] {
  const faults: (Fault & { line: number })[] = [];
  const documents = YamlDocument.parseAll(text);
  if (documents.length === 0)
    faults.push({ path: '', message: `the file holds no template (${options.source}:1)`, line: 1 });
  const definitions = documents.map((document) => {
    const read = readDocument(document, options, schemas);
    faults.push(...read.faults.map((fault) => told(fault, document, options.source)));
    return read.definition;
  });
  if (faults.length > 0) {
    faults.sort((a, b) => a.line - b.line);
    const details = faults.map(({ path, message }) => ({ path, message }));
    throw new TaskerError('TSK_TEMPLATE_INVALID', `The template file ${options.source} is invalid.`, { details });
  }
  return definitions.flatMap((definition) => definition ?? []);
}

interface ReadDocument {
  readonly definition?: TaskTemplateDefinition;
  /** Placed where they are written, in an environment or not. */
  readonly faults: readonly PlacedFault[];
}

function readDocument(document: YamlDocument, options: ParseTemplateOptions, schemas: SchemaCompiler): ReadDocument {
  const syntax = document.syntaxFaults();
  if (syntax.length > 0) return { faults: syntax };
  const variables = interpolateChosen(document, options);
  let data: unknown;
  try {
    data = document.data();
  } catch (error) {
    return { faults: [{ at: [], message: (error as Error).message }] };
  }
  if (!isRecord(data)) return { faults: [{ at: [], message: 'must be a mapping with the keys of a template' }] };
  const reader = new TemplateReader(options.handlers ?? {});
  const definition = normaliseTemplate(reader.read(applyEnvironment(data, options.environment)), options.stepDefaults);
  const found = checkDefinition(definition, schemas).map(({ path, message }) => ({
    at: reader.placeOf(path),
    message,
  }));
  const faults = [...variables, ...environmentFaults(data), ...reader.faults, ...found];
  const { environment } = options;
  if (environment === undefined) return { definition, faults: distinct(faults) };
  const written = faults.map((fault) => ({ ...fault, at: writtenPlace(document, data, environment, fault.at) }));
  return { definition, faults: distinct(written) };
}

/** Environments that do not apply are passed over: their variables need not be set here. */
function interpolateChosen(document: YamlDocument, { environment, env = {} }: ParseTemplateOptions): PlacedFault[] {
  return (document.root?.items ?? []).flatMap(({ key, value }) => {
    const name = String(key);
    if (name !== 'environments') return interpolate(value, [name], env);
    const chosen = environment === undefined ? undefined : document.root?.getIn([name, environment], true);
    return interpolate(chosen, [name, environment ?? ''], env);
  });
}

function writtenPlace(document: YamlDocument, data: unknown, environment: string, at: PathSegments): PathSegments {
  const place = overridePlace(data, environment, at);
  return at.length > 0 && document.has(place) ? place : at;
}

/** One message per place: a value of the wrong type is not also reported for what it would have to contain. */
function distinct(faults: readonly PlacedFault[]): PlacedFault[] {
  const seen = new Set<string>();
  return faults.filter(({ at }) => {
    const path = formatPath(at);
    return !seen.has(path) && seen.add(path);
  });
}

function told({ at, message, line }: PlacedFault, document: YamlDocument, source: string): Fault & { line: number } {
  const found = line ?? document.lineOf(at);
  return { path: formatPath(at), message: `${message} (${source}:${found})`, line: found };
}
