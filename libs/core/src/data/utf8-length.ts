/**
 * Bytes that a text takes in UTF-8; half a surrogate pair counts as the replacement character that is written for it.
 *
 * @internal
 */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) continue;
    // A pair is two units and four bytes, every other character of this range one unit and three.
    if (unit < 0x800) bytes += 1;
    else bytes += 2;
    if (isPair(unit, text.charCodeAt(index + 1))) index++;
  }
  return bytes;
}

const isPair = (high: number, low: number): boolean =>
  high >= 0xd800 && high <= 0xdbff && low >= 0xdc00 && low <= 0xdfff;
