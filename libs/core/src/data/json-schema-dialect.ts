import type { Fault } from '../errors/tasker-error';
import type { JsonSchema } from './json-schema';

/** Formats of texts and numbers that schemas may name. @internal */
export const SCHEMA_FORMATS = [
  ...(['date', 'time', 'date-time', 'iso-time', 'iso-date-time', 'duration'] as const),
  ...(['email', 'hostname', 'ipv4', 'ipv6', 'uri', 'uri-reference', 'uri-template', 'url', 'uuid'] as const),
  ...(['json-pointer', 'relative-json-pointer', 'regex', 'byte', 'int32', 'int64', 'float', 'double'] as const),
  ...(['password', 'binary'] as const),
];

/** Annotations of OpenAPI and of editors, which check nothing. Any other unknown keyword is taken for a slip. @internal */
export const SCHEMA_ANNOTATIONS: readonly string[] = [
  ...['example', 'externalDocs', 'xml', 'markdownDescription', 'enumNames', 'enumDescriptions'],
];

const DRAFT = /^https?:\/\/json-schema\.org\/draft-0[67]\/schema#?$/;

/** What keeps a schema from being one of ours at all, before anything in it is looked at. @internal */
export function dialectFaults({ $schema, ...rest }: JsonSchema, path: string): Fault[] {
  if ($schema !== undefined && !(typeof $schema === 'string' && DRAFT.test($schema))) {
    return [{ path: `${path}.$schema`, message: 'must be http://json-schema.org/draft-07/schema#' }];
  }
  // Asynchronous schemas answer with a promise, which would pass for "valid".
  return '$async' in rest ? [{ path: `${path}.$async`, message: 'is not supported' }] : [];
}

/** The schema alone: drafts 6 and 7 are read by the same rules. @internal */
export function withoutDraft({ $schema: _draft, ...rest }: JsonSchema): JsonSchema {
  return rest;
}
