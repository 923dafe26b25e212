// eslint-disable-next-line no-control-regex -- these are what must not reach a terminal
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Text of others (names, reasons, errors) without the characters that steer a terminal: whoever creates a task must not
 * be able to rewrite what an operator sees. Line breaks and tabs stay.
 */
const printable = (text: string): string => text.replace(CONTROL, '\ufffd');

/**
 * The same on one line: a line break would let the author of a text write the next line as well. Whoever has several lines
 * to say says them one by one.
 *
 * @internal
 */
export const oneLine = (text: string): string =>
  printable(text.replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, ' ').replaceAll('\t', ' '));
