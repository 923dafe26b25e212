import { eventPredicate } from './event-filter';

const failed = { namespace: 'shop', task: 'order', version: '1.0.0', step: 'charge' };

describe('eventPredicate', () => {
  it.each([
    [{}, true],
    [{ namespace: 'shop', step: 'charge' }, true],
    [{ step: ['ship', 'charge'] }, true],
    [{ namespace: 'shop', step: 'ship' }, false],
    [{ step: [] }, false],
    [{ event: 'order.shipped' }, false],
  ])('%j passes %s', (filter, expected) => {
    expect(eventPredicate(filter)(failed)).toBe(expected);
  });
});
