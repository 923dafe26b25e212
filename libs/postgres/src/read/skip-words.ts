import type { StepSkipReason } from '@tasker/core';

/** What the history keeps of a step that was left out: the reason, and the values that decided. @internal */
export type SkipNote = Readonly<Record<string, unknown>> & { readonly reason?: unknown };

/** Longest text of the values that decided; the history has all of them. */
const MOST_CHARACTERS = 300;

const WORDS: Readonly<Record<StepSkipReason, string>> = {
  condition: 'its condition is false',
  not_chosen: 'the step before it chose others',
  no_branch_taken: 'no branch came to it',
  bypassed: 'the request asked for it',
  operator: 'an operator skipped it',
  timeout: 'what it waited for did not come in time',
};

/** Why a step was left out, as the end of a sentence without its full stop. @internal */
export function skipWords(reason: StepSkipReason, note: SkipNote | null): string {
  const { reason: _, ...decided } = note ?? {};
  if (Object.keys(decided).length === 0) return WORDS[reason];
  const text = JSON.stringify(decided);
  return `${WORDS[reason]} (${text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text})`;
}

/** The note in the metadata of a transition; null: a branch had no part in it. @internal */
export function skipNote(metadata: Readonly<Record<string, unknown>> | null): SkipNote | null {
  const note = metadata?.['skip'];
  return typeof note === 'object' && note !== null ? (note as SkipNote) : null;
}
