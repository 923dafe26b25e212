/** What a step of an order is doing. */
export type StepMark = 'waiting' | 'running' | 'done' | 'retrying' | 'failed' | 'skipped';

/** One order as the screen shows it. */
export interface OrderRow {
  readonly taskId: string;
  readonly orderNumber: string;
  /** In the order of the template; a step that nothing has happened to is missing until `follow`. */
  readonly steps: Map<string, StepMark>;
  state: 'open' | 'complete' | 'error';
  retries: number;
  /** The last thing that happened. */
  note: string;
  startedAt: number;
  endedAt: number | null;
}

/** What is known of an order that was begun by an earlier process. */
export interface KnownOrder {
  readonly taskId: string;
  readonly orderNumber: string;
  readonly steps: readonly { readonly name: string; readonly mark: StepMark; readonly retries: number }[];
}

/** All orders of this process by task, fed by Tasker's events. */
export class OrderBoard {
  private readonly byTask = new Map<string, OrderRow>();

  /** In the order in which they were first heard of. */
  rows(): OrderRow[] {
    return [...this.byTask.values()];
  }

  row(taskId: string, orderNumber: string, at: number): OrderRow {
    const known = this.byTask.get(taskId);
    if (known) return known;
    const steps = new Map<string, StepMark>();
    const row: OrderRow = {
      taskId,
      orderNumber,
      steps,
      state: 'open',
      retries: 0,
      note: '',
      startedAt: at,
      endedAt: null,
    };
    this.byTask.set(taskId, row);
    return row;
  }

  /** Fills in what the events of this process cannot tell; whatever they told meanwhile stands. */
  follow({ taskId, orderNumber, steps }: KnownOrder, at: number): void {
    const row = this.row(taskId, orderNumber, at);
    const heard = new Map(row.steps);
    row.steps.clear();
    for (const { name, mark } of steps) row.steps.set(name, heard.get(name) ?? mark);
    row.retries += steps.filter(({ name }) => !heard.has(name)).reduce((sum, { retries }) => sum + retries, 0);
  }
}
