import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LIST_LIMITS, TEXT_LIMITS } from '@tasker/core';

type Json = Readonly<Record<string, unknown>>;

const document = JSON.parse(readFileSync(join(__dirname, '../../../docs/openapi.json'), 'utf8')) as Json;

/** Longest text of the fields that mean the same wherever a request has them. */
const LONGEST: Readonly<Record<string, number>> = {
  ...{ namespace: TEXT_LIMITS.namespace, version: TEXT_LIMITS.version, step: TEXT_LIMITS.stepName },
  ...{ identity: TEXT_LIMITS.identity, initiator: TEXT_LIMITS.initiator, sourceSystem: TEXT_LIMITS.sourceSystem },
  ...{ correlationId: TEXT_LIMITS.correlationId, traceParent: TEXT_LIMITS.traceParent, reason: TEXT_LIMITS.reason },
  ...{
    taskReason: TEXT_LIMITS.reason,
    errorFingerprint: TEXT_LIMITS.errorFingerprint,
    errorMessage: TEXT_LIMITS.errorMessage,
  },
  'Idempotency-Key': TEXT_LIMITS.identity,
};

/** Fields that requests are made of, with where they stand: parameters, and properties of bodies at any depth. */
function fieldsOf(node: unknown, where: string): [where: string, name: string, schema: Json][] {
  if (typeof node !== 'object' || node === null) return [];
  if ('$ref' in node) return fieldsOf(resolve(String(node.$ref)), where);
  if ('in' in node && 'name' in node && 'schema' in node)
    return [[where, String(node.name), node.schema as Json], ...fieldsOf(node.schema, where)];
  const properties = Object.entries(('properties' in node ? node.properties : {}) as Readonly<Record<string, Json>>);
  const own = properties.map(([name, schema]): [string, string, Json] => [where, name, schema]);
  return [...own, ...Object.values(node).flatMap((inner) => fieldsOf(inner, where))];
}

const resolve = (ref: string): unknown =>
  ref
    .split('/')
    .slice(1)
    .reduce<unknown>((node, key) => (node as Json)[key], document);

describe('the limits of fields in the OpenAPI document', () => {
  const operations = Object.entries(document['paths'] as Readonly<Record<string, Readonly<Record<string, Json>>>>);
  const fields = operations.flatMap(([path, verbs]) =>
    Object.entries(verbs).flatMap(([verb, { parameters, requestBody }]) =>
      fieldsOf([parameters, requestBody], `${verb} ${path}`),
    ),
  );

  it.each(Object.entries(LONGEST))('of %s are %i characters in every request', (name, longest) => {
    const found = fields.filter(([, field, { type }]) => field === name && type === 'string');
    expect(found.length).toBeGreaterThan(0);
    expect(found.filter(([, , { maxLength }]) => maxLength !== longest)).toEqual([]);
  });

  it('of tags are the same in every request', () => {
    const found = fields.filter(([, field]) => field === 'tags');
    expect(found.length).toBeGreaterThan(2);
    for (const [where, , schema] of found)
      expect([where, schema]).toMatchObject([
        where,
        { maxItems: LIST_LIMITS.tags, items: { maxLength: TEXT_LIMITS.tag } },
      ]);
  });
});
