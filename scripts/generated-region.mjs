// Pages of the docs are written by hand but for regions between two comments, which scripts fill from the code.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format } from 'prettier';

export const ROOT = join(import.meta.dirname, '..');

/** The page with its regions filled, as it belongs into the repository. */
async function filled(page, regions) {
  let text = readFileSync(join(ROOT, page), 'utf8');
  for (const [name, content] of Object.entries(regions)) {
    const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${page} has no region "${name}".`);
    text = `${text.slice(0, from + begin.length)}\n\n${content}\n\n${text.slice(to)}`;
  }
  return format(text, { parser: 'markdown', printWidth: 120, singleQuote: true, trailingComma: 'all' });
}

/** Writes the page; with `--check` it only says, by its exit code, whether there is anything to write. */
export const write = async (page, regions) => writeText(page, await filled(page, regions));

/** The same for a TypeScript file of which nothing is written by hand. */
export const writeWhole = async (file, text) =>
  writeText(
    file,
    await format(text, { parser: 'typescript', printWidth: 120, singleQuote: true, trailingComma: 'all' }),
  );

function writeText(page, text) {
  if (!process.argv.includes('--check')) return writeFileSync(join(ROOT, page), text);
  if (text === readFileSync(join(ROOT, page), 'utf8')) return;
  process.stderr.write(`${page} is out of date.\n`);
  process.exitCode = 1;
}

/** Rows of cells as a table; the formatter aligns it. */
export const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');

const cell = (text) => text.replaceAll('\n', ' ').replaceAll('|', '\\|');
export const code = (text) => `\`${text}\``;
