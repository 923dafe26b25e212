import { utf8Length } from './utf8-length';

describe('utf8Length', () => {
  it.each(['', 'plain', 'é', '߿', 'ࠀ', '€ and ½', '🙂🙂', 'a\ud83d', '\ude42b', '\ud83d\ud83d\ude42', '\uffff\u0000'])(
    'counts %j as Node does',
    (text) => {
      expect(utf8Length(text)).toBe(Buffer.byteLength(text));
    },
  );
});
