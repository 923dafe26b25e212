import { Places } from './places';

const busy = (message: string) => expect.objectContaining({ code: 'TSK_SATURATED', message });

describe('Places', () => {
  it('gives one caller its share, and all of them no more than there is', () => {
    const places = new Places('are taken', 3, 2);
    const [ann, bob] = [places.hold('ann'), places.hold('bob')];
    ann.take(2);
    expect(() => ann.take(1)).toThrow(busy('2 are taken for this caller, which is its share.'));
    bob.take(1);
    expect(() => bob.take(1)).toThrow(busy('3 are taken.'));
    ann.giveBack();
    ann.giveBack();
    bob.take(1);
    expect(() => bob.take(1)).toThrow(busy('2 are taken for this caller, which is its share.'));
    places.hold('eve').take(1);
    expect(() => ann.take(1)).toThrow(busy('3 are taken.'));
  });
});
