const MAX_TEXT = 1_000;
/** Causes that are looked at, one inside the other. */
const MAX_DEPTH = 5;

/**
 * What an error says, in one line, whoever made it: of another realm, without a message, several in one, or no error at
 * all. Never empty, and never throws.
 *
 * @public
 */
export function errorText(thrown: unknown): string {
  try {
    return (textOf(thrown, MAX_DEPTH) || 'an error without a message').slice(0, MAX_TEXT);
  } catch {
    // A proxy, or a getter that throws.
    return 'an error that cannot be read';
  }
}

function textOf(thrown: unknown, depth: number): string {
  if (typeof thrown !== 'object' || thrown === null) return String(thrown);
  const { message, errors, cause, code, name } = thrown as Readonly<Record<string, unknown>>;
  if (typeof message === 'string' && message !== '') return message;
  if (depth > 0) {
    // Node tries each address of a name, and says nothing itself of what came of them.
    const inner = Array.isArray(errors) ? [...new Set(errors.map((error) => textOf(error, depth - 1)))] : [];
    if (inner.length > 0) return inner.join('; ');
    if (cause !== undefined && cause !== null) return textOf(cause, depth - 1);
  }
  return [code, name].filter((word) => typeof word === 'string').find((word) => word !== '') ?? JSON.stringify(thrown);
}
