/** Text put in at a place of a file. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** The text with all insertions made; places count in the text as it was. */
export const inserted = (text: string, insertions: readonly Insertion[]): string =>
  [...insertions]
    .sort((a, b) => b.at - a.at)
    .reduce((result, { at, text: added }) => result.slice(0, at) + added + result.slice(at), text);

/** The same text with every line but the first moved to the right. */
export const indented = (text: string, indent: string): string => text.replaceAll('\n', `\n${indent}`);
