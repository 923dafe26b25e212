import type { Fault } from '../errors/tasker-error';

/** A JSON Schema (draft 7, with formats). @public */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Checks data and reports every violation below `path`, at most 100. @public */
export type SchemaCheck = (value: unknown, path: string) => Fault[];

/**
 * What understands JSON Schema. A server compiles schemas to code (ajv); where a page may not run code made from text,
 * an interpreter answers. Both report faults at the same paths.
 *
 * @internal
 */
export interface SchemaCompiler {
  /**
   * @returns a check that leaves the data as it is
   * @throws {Error} when the schema is invalid; see {@link faultsOf}
   */
  compile(schema: JsonSchema): SchemaCheck;
  /** As {@link compile}, but the check writes the schema's defaults into the data. */
  compileDefaulting(schema: JsonSchema): SchemaCheck;
  /** What is wrong with a schema itself, at paths below `path`; empty when it compiles. */
  faultsOf(schema: JsonSchema, path: string): Fault[];
}

/**
 * Annotation that says in words what other keywords beside it ask for: `'x-must': { pattern: 'be three integers' }`.
 *
 * @internal
 */
export const WORDING = 'x-must';
