export const withSchema = (sql: string, schema: string): string => sql.replace(/\btasker\./g, `${schema}.`);
