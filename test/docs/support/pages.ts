import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Root of the checkout. */
export const ROOT = join(__dirname, '../../..');

const SKIPPED = new Set(['node_modules', 'dist', '.git', '.data', 'coverage']);

/** Every Markdown file under a folder of the checkout. */
export function markdownFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return markdownFiles(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}
