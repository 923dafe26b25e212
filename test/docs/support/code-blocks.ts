import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { markdownFiles, ROOT } from './pages';

/** A fenced block of a page, or of the comment of a declaration. */
export interface CodeBlock {
  /** Path of the page. */
  readonly page: string;
  /** Line of the fence. */
  readonly line: number;
  /** What stands behind the fence. */
  readonly language: string;
  readonly text: string;
}

/** As an editor finds it. */
export const placeOf = ({ page, line }: CodeBlock): string => `${page}:${line}`;

/** Written by the API report, which has a gate of its own; declarations without bodies are no code. */
const GENERATED = join(ROOT, 'docs/api');

/** All of them, in all pages of the checkout. */
export const codeBlocks = (): CodeBlock[] =>
  markdownFiles(ROOT)
    .filter((page) => !page.startsWith(GENERATED))
    .flatMap((page) => blocksOf(page, /^/));

/** Those in the comments of source files. */
export const commentBlocks = (files: readonly string[]): CodeBlock[] =>
  files.flatMap((file) => blocksOf(file, /^ *\* ?/));

function blocksOf(file: string, margin: RegExp): CodeBlock[] {
  const page = relative(ROOT, file);
  const blocks: CodeBlock[] = [];
  let open: { language: string; line: number; text: string[] } | undefined;
  for (const [index, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    const text = line.replace(margin, '');
    const fence = margin.test(line) ? /^\s*```(\w*)\s*$/.exec(text) : null;
    if (!fence) open?.text.push(text);
    else if (!open) open = { language: fence[1] ?? '', line: index + 1, text: [] };
    else {
      blocks.push({
        line: open.line,
        page,
        language: open.language,
        text: `${open.text.join('\n')}\n`,
      });
      open = undefined;
    }
  }
  if (open) throw new Error(`${page}:${open.line} opens a block that nothing closes.`);
  return blocks;
}
