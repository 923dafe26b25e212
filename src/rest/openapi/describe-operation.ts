import { PERMISSIONS } from '@tasker/core';
import {
  ApiBody,
  ApiExtension,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiParam,
  ApiQuery,
  ApiResponse,
  type ApiBodyOptions,
  type ApiResponseOptions,
} from '@nestjs/swagger';
import { CORRELATION_HEADER } from '../http/correlation';
import type { Operation } from '../operation/operation';
import type { AnswerSpec } from '../operation/operation-spec';
import { pathParameters } from '../operation/path-parameters';
import { JSON_TEXT } from '../operation/read-query';
import { errorAnswers } from './error-answer';
import { asDocument, modelsIn, type SchemaObject } from './model';

/** What Nest's Swagger calls a schema: its types do not know that ours are sound. */
type SwaggerSchema = Extract<ApiBodyOptions, { schema: unknown }>['schema'];
const swagger = (schema: unknown): SwaggerSchema => asDocument(schema) as SwaggerSchema;

/** The operation in the OpenAPI document of the host. @internal */
export function describeOperation({ spec, path }: Operation): MethodDecorator[] {
  const { id, summary, description, permission, body, answers } = spec;
  const requires = `Requires \`${permission}\`: ${PERMISSIONS[permission]}`;
  const responses = new Map<number, AnswerSpec>([
    ...Object.entries(answers).map(([status, answer]) => [Number(status), answer] as const),
    ...errorAnswers(spec),
  ]);
  return [
    ApiOperation({ operationId: id, summary, description: description ? `${description}\n\n${requires}` : requires }),
    ApiExtension('x-permission', permission),
    ApiExtraModels(...modelsIn([body?.schema, [...responses.values()]]).map(({ type }) => type)),
    ...pathParameters(path).map(([name, schema]) => ApiParam({ name, ...described(schema) })),
    ...Object.entries(spec.query ?? {}).map(([name, schema]) =>
      ApiQuery({ name, required: false, ...described(schema) }),
    ),
    ...Object.entries(spec.headers ?? {}).map(([name, schema]) =>
      ApiHeader({ name, required: false, ...described(schema) }),
    ),
    ...(body
      ? [ApiBody({ required: body.required, schema: swagger(body.schema), examples: examplesOf(body.examples) })]
      : []),
    ...[...responses].map(([status, answer]) => ApiResponse(responseOf(status, answer))),
  ];
}

/** Description and example belong to the parameter, the rest to its schema. */
function described(schema: SchemaObject): { description: string; schema: SwaggerSchema; example?: unknown } {
  const { description, example, ...rest } = schema;
  const plain = JSON_TEXT in rest ? { type: 'string', format: 'json' } : rest;
  return {
    description: String(description),
    schema: swagger(plain),
    ...(example === undefined ? {} : { example }),
  };
}

const examplesOf = (examples: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(examples).map(([summary, value]) => [summary, { summary, value }]));

function responseOf(status: number, { description, schema, example, headers = {} }: AnswerSpec): ApiResponseOptions {
  // Of errors, the body says it.
  const all = { ...(status < 400 && { [CORRELATION_HEADER]: 'Correlation id of the request.' }), ...headers };
  return {
    ...{ status, description },
    headers: Object.fromEntries(
      Object.entries(all).map(([name, text]) => [name, { description: text, schema: { type: 'string' } }]),
    ),
    ...(schema === undefined
      ? {}
      : {
          content: {
            'application/json': { schema: swagger(schema), ...(example === undefined ? {} : { example }) },
          },
        }),
  };
}
