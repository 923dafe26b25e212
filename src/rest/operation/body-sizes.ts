const KIB = 1_024;

/**
 * Most bytes of a body, by what is in it: a caller who may only add a note has no use for a body as large as that of a
 * thousand tasks. Room for texts in which every character is written as an escape.
 *
 * @internal
 */
export const BODY_BYTES = {
  /** Fields of an operation, without any value of the user's own. */
  plain: 256 * KIB,
  /** A note, which may have 64 KiB. */
  note: 512 * KIB,
  /** A filter with as many values as it may have, and a verb. */
  filter: 1_024 * KIB,
} as const;
