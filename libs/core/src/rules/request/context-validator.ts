import { TaskerError, type Fault } from '../../errors/tasker-error';
import { copyJson, type JsonObject } from '../../data/json-data';
import type { JsonSchema, SchemaCompiler } from '../../data/json-schema';
import { isRecord } from '../../data/record';

/**
 * Checks a context and returns what is to be stored: a deep copy as JSON data with the schema's defaults applied. The
 * input is left as it is. With `maxBytes` the size is looked at first: what is too large is not held against the schema.
 *
 * @throws {TaskerError} TSK_CONTEXT_INVALID with every fault, each with a path such as `context.cart_items[0].price`
 * @public
 */
export type ContextValidator = (context: unknown, maxBytes?: number) => JsonObject;

/**
 * Compiles the validator of a template's contexts.
 *
 * @param schema none: every JSON object is accepted
 * @param schemas understands it
 * @throws {Error} when the schema is invalid, which `checkDefinition` finds first
 * @public
 */
export function compileContextValidator(schema: JsonSchema | undefined, schemas: SchemaCompiler): ContextValidator {
  const check = schema && schemas.compileDefaulting(schema);
  return (context, maxBytes) => {
    const faults: Fault[] = [];
    const copy = copyJson(context, 'context', faults, maxBytes);
    if (faults.length > 0) throw invalid(faults);
    if (!isRecord(copy)) throw invalid([{ path: 'context', message: 'must be an object' }]);
    const violations = check?.(copy, 'context') ?? [];
    if (violations.length > 0) throw invalid(violations);
    return copy;
  };
}

const invalid = (details: readonly Fault[]): TaskerError =>
  new TaskerError('TSK_CONTEXT_INVALID', 'The context is invalid.', { details });
