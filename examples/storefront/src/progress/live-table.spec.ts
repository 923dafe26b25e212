import { LiveTable } from './live-table';
import { OrderBoard } from './order-board';

class FakeScreen {
  written = '';

  constructor(
    readonly columns: number,
    readonly rows: number,
  ) {}

  write(text: string): void {
    this.written += text;
  }
}

describe('LiveTable', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  const tableOf = (orders: number, screen: FakeScreen): LiveTable => {
    const board = new OrderBoard();
    for (let i = 1; i <= orders; i++) {
      const row = board.row(String(i), `SF-${1_000 + i}`, Date.now());
      row.steps.set('validate', 'done').set('charge', 'retrying');
      row.note = 'charge: failed';
    }
    return new LiveTable(board, screen);
  };

  it('draws once for a burst of events', () => {
    const screen = new FakeScreen(80, 24);
    const table = tableOf(1, screen);
    table.show();
    table.show();
    expect(screen.written).toBe('');
    jest.runOnlyPendingTimers();
    expect(screen.written.match(/SF-1001/g)).toHaveLength(1);
    expect(screen.written).toContain('■');
    expect(screen.written).toContain('↻');
  });

  it('goes back over what it drew', () => {
    const screen = new FakeScreen(80, 24);
    const table = tableOf(3, screen);
    table.show();
    jest.runOnlyPendingTimers();
    table.show();
    jest.runOnlyPendingTimers();
    expect(screen.written).toContain('\u001b[3A');
  });

  it('shows the latest orders when there are more than the screen has rows', () => {
    const screen = new FakeScreen(80, 5);
    tableOf(9, screen).close();
    expect(screen.written.match(/SF-\d+/g)).toEqual(['SF-1007', 'SF-1008', 'SF-1009']);
  });

  it('cuts notes that would wrap', () => {
    const screen = new FakeScreen(40, 24);
    tableOf(1, screen).close();
    // eslint-disable-next-line no-control-regex -- colours take no room on the screen
    const plain = screen.written.replaceAll(/\u001b\[\d+m/g, '').trimEnd();
    expect(plain.length).toBeLessThan(40);
    expect(plain).toContain('charge');
  });
});
