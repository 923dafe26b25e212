// eslint-disable-next-line no-control-regex -- these are what must not reach a line
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/**
 * Text of others on one line: what ends lines, steers terminals or turns the direction of text is written out, as JSON
 * would.
 *
 * @internal
 */
export const escapeControls = (text: string): string =>
  text.replace(CONTROLS, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
