import { Inject, Injectable } from '@nestjs/common';
import { OnTaskerEvent, type TaskerEvents } from '@tasker/nestjs';
import { FULFIL_ORDER } from '../orders/order';
import { OrderBoard, type OrderRow, type StepMark } from './order-board';
import { PROGRESS_VIEW, type ProgressView } from './progress-view';

/** What every event of a task, and of a step, has in common. */
type TaskEvent = TaskerEvents['task.initialize_requested'];
type StepEvent = TaskerEvents['step.ready'];

/** Turns Tasker's events into what the screen shows. */
@Injectable()
export class OrderProgress {
  constructor(
    private readonly board: OrderBoard,
    @Inject(PROGRESS_VIEW) private readonly view: ProgressView,
  ) {}

  @OnTaskerEvent('task.initialize_requested')
  created(event: TaskEvent): void {
    this.order(event, 'received');
  }

  @OnTaskerEvent('task.completed')
  completed(event: TaskEvent): void {
    this.end(event, 'complete', 'complete');
  }

  @OnTaskerEvent('task.failed')
  failed(event: TaskEvent): void {
    this.end(event, 'error', 'ended in error');
  }

  @OnTaskerEvent('step.execution_requested')
  taken(event: StepEvent): void {
    if (event.attempt > 1) {
      this.step(event, 'running', `attempt ${event.attempt}`);
      return;
    }
    const row = this.rowOf(event);
    if (row) note(row, event.step, 'running', '…');
    this.view.refresh();
  }

  @OnTaskerEvent('step.completed')
  stepCompleted(event: TaskerEvents['step.completed']): void {
    this.step(event, 'done', `done in ${Math.round(event.durationMs)} ms`);
  }

  @OnTaskerEvent('step.skipped')
  stepSkipped(event: StepEvent): void {
    this.step(event, 'skipped', 'skipped');
  }

  @OnTaskerEvent('step.retry_requested')
  retried(event: TaskerEvents['step.retry_requested']): void {
    const row = this.step(
      event,
      'retrying',
      `failed: ${event.error.message} – again in ${Math.round(event.delayMs)} ms`,
    );
    if (row) row.retries++;
  }

  @OnTaskerEvent('step.failed')
  stepFailed(event: TaskerEvents['step.failed']): void {
    if (event.final) this.step(event, 'failed', `FAILED for good: ${event.error.message}`);
  }

  @OnTaskerEvent('worker.lost')
  workerLost({ workerId, steps }: TaskerEvents['worker.lost']): void {
    this.view.say(`Worker ${workerId} is gone; took over ${steps} of its steps.`);
  }

  private step(event: StepEvent, mark: StepMark, text: string): OrderRow | undefined {
    const row = this.rowOf(event);
    if (!row) return undefined;
    note(row, event.step, mark, text);
    this.view.show({ at: event.at, row, step: event.step, text });
    return row;
  }

  private end(event: TaskEvent, state: 'complete' | 'error', text: string): void {
    const row = this.order(event, text);
    if (!row) return;
    row.state = state;
    row.endedAt = event.at;
    if (state === 'complete') row.note = '';
  }

  private order(event: TaskEvent, text: string): OrderRow | undefined {
    const row = this.rowOf(event);
    if (row) this.view.show({ at: event.at, row, step: null, text });
    return row;
  }

  /** The correlation id of an order's task is its number. */
  private rowOf(event: TaskEvent): OrderRow | undefined {
    if (event.task !== FULFIL_ORDER.name || event.namespace !== FULFIL_ORDER.namespace) return undefined;
    return this.board.row(event.taskId, event.correlationId, event.at);
  }
}

/** A final failure stays in sight while other branches of the order go on. */
function note(row: OrderRow, step: string, mark: StepMark, text: string): void {
  const failed = [...row.steps.values()].includes('failed');
  row.steps.set(step, mark);
  if (!failed && row.state === 'open') row.note = `${step}: ${text}`;
}
