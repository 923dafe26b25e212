// Writes docs/reference/errors.md from the table of error codes. Needs a build; test/architecture keeps the two equal.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { format } from 'prettier';
import { ERROR_CODES } from '../libs/core/dist/errors/error-codes.js';

const page = join(import.meta.dirname, '../docs/reference/errors.md');
const rows = Object.entries(ERROR_CODES).map(
  ([code, { kind, hint }]) => `| \`${code}\` | ${kind} | ${hint.replaceAll('|', '\\|')} |`,
);

mkdirSync(dirname(page), { recursive: true });
const text = `# Errors

Every error that Tasker raises is a \`TaskerError\` with one of these codes in \`code\`. \`kind\` says what sort of fault it
is, and \`details\` lists the faults with their paths when there can be several.

| code | kind | what to do |
| ---- | ---- | ---------- |
${rows.join('\n')}
`;
writeFileSync(page, await format(text, { parser: 'markdown', printWidth: 120 }));
