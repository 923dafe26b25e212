import { quoteSchema } from './quote-schema';

/** A comment, a string literal, a quoted identifier, or the placeholder outside of them. */
const TOKENS = /--[^\n]*|'(?:[^']|'')*'|"(?:[^"]|"")*"|\btasker\./g;

/**
 * Writes SQL for a schema: Tasker's SQL names every object as `tasker.name`, and this puts the quoted schema there.
 *
 * Inside string literals (`'tasker.tasks'` for `to_regclass`, `pg_get_serial_sequence`, `format`) the name is escaped
 * once more. Comments and quoted identifiers stay as they are. Bodies of functions (`$$ … $$`) count as SQL.
 *
 * @param schema the bare name, unquoted
 * @throws {TaskerError} TSK_OPTIONS_INVALID when the name cannot be used
 * @internal
 */
export function withSchema(sql: string, schema: string): string {
  const prefix = `${quoteSchema(schema)}.`;
  const inLiteral = prefix.replaceAll("'", "''");
  return sql.replace(TOKENS, (token) => {
    if (token.startsWith("'")) return token.replace(/\btasker\./g, () => inLiteral);
    return token === 'tasker.' ? prefix : token;
  });
}
