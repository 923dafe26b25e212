import { TaskerError } from '@tasker/core';

/** PostgreSQL cuts longer names off, and two schemas would become one. */
const NAME_BYTES = 63;

/**
 * The schema's name as an SQL identifier, always in double quotes.
 *
 * Any name PostgreSQL takes works, but for two: `%` would be a placeholder where SQL text builds a name by `format()`,
 * and `$$` would end the body of a function.
 *
 * @throws {TaskerError} TSK_OPTIONS_INVALID
 * @public
 */
export function quoteSchema(name: string): string {
  const fault = schemaNameFault(name);
  if (fault !== undefined) {
    throw new TaskerError('TSK_OPTIONS_INVALID', 'The schema name cannot be used.', {
      details: [{ path: 'schema', message: fault }],
    });
  }
  return `"${name.replaceAll('"', '""')}"`;
}

function schemaNameFault(name: string): string | undefined {
  if (name === '') return 'must not be empty';
  if (Buffer.byteLength(name) > NAME_BYTES) return `must have at most ${NAME_BYTES} bytes`;
  if (/^pg_/i.test(name)) return 'must not start with "pg_", which PostgreSQL keeps for itself';
  const refused = ['\u0000', '%', '$$'].find((text) => name.includes(text));
  return refused === undefined ? undefined : `must not contain ${JSON.stringify(refused)}`;
}
