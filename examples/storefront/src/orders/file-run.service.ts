import { Injectable } from '@nestjs/common';
import { TaskerService, type TaskDetail } from '@tasker/nestjs';
import { FULFIL_ORDER } from './order';
import { OrderDesk } from './order-desk.service';
import type { ExpectedEnd, ExpectedOrder } from './order-file';

const INITIATOR = 'storefront demo';

/** The orders of the file as tasks of one run. */
export interface FileRun {
  readonly number: number;
  /** Some of its orders were begun by an earlier process. */
  readonly resumed: number;
  readonly orders: readonly { readonly taskId: string; readonly expect: ExpectedEnd }[];
}

/**
 * Places the orders of the data file. Each has an identity, so a process that is started again after a crash finds the
 * tasks of the interrupted run and creates none twice; a run that was finished is followed by a new one.
 */
@Injectable()
export class FileRuns {
  constructor(
    private readonly tasker: TaskerService,
    private readonly desk: OrderDesk,
  ) {}

  async begin(entries: readonly ExpectedOrder[]): Promise<FileRun> {
    const latest = (await this.latestNumber()) ?? 1;
    const run = await this.place(entries, latest);
    const tasks = await this.follow(run, entries.length);
    if (run.resumed < entries.length || tasks.some((task) => task.finishedAt === null)) return run;
    const next = await this.place(entries, latest + 1);
    await this.follow(next, 0);
    return next;
  }

  private async place(entries: readonly ExpectedOrder[], number: number): Promise<FileRun> {
    const placed = await Promise.all(
      entries.map(({ order }) =>
        this.desk.place(order, {
          identity: `run-${number}:order:${order.orderNumber}`,
          onDuplicate: 'return',
          initiator: INITIATOR,
          tags: [`run-${number}`],
        }),
      ),
    );
    return {
      number,
      resumed: placed.filter(({ duplicate }) => duplicate).length,
      orders: entries.map(({ expect }, index) => ({ expect, taskId: placed[index]?.taskId ?? '' })),
    };
  }

  /** A run that is over is not put on the board: its orders would look as if this process had done them. */
  private async follow({ orders, resumed }: FileRun, whole: number): Promise<TaskDetail[]> {
    const over = whole > 0 && resumed === whole;
    const tasks = over ? await Promise.all(orders.map(({ taskId }) => this.tasker.get(taskId))) : [];
    if (over && tasks.every((task) => task.finishedAt !== null)) return tasks;
    return Promise.all(orders.map(({ taskId }) => this.desk.follow(taskId)));
  }

  private async latestNumber(): Promise<number | null> {
    let cursor: string | null = null;
    do {
      const page = await this.tasker.list({ ...FULFIL_ORDER, limit: 100, ...(cursor === null ? {} : { cursor }) });
      const ours = page.tasks.find(({ initiator }) => initiator === INITIATOR);
      const tag = ours?.tags.find((text) => text.startsWith('run-'));
      if (tag !== undefined) return Number(tag.slice('run-'.length));
      cursor = page.nextCursor;
    } while (cursor !== null);
    return null;
  }
}
