import type { HandlerInvoker } from '@tasker/core';
import type { EngineRows } from './engine-rows';

/** One call of a handler. */
export interface HandlerCall {
  readonly taskId: string;
  readonly attempt: number;
  readonly workerId: number;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** An oracle beside that of rows: what handlers were called, whatever became of it. For tasks of one step. */
export class HandlerCalls {
  readonly made: HandlerCall[] = [];

  constructor(private readonly rows: () => EngineRows) {}

  /** The handler, with its calls recorded. */
  recorded(invoke: HandlerInvoker): HandlerInvoker {
    return (context) => {
      const { task, attempt, workerId } = context;
      this.made.push({ taskId: task.id, attempt, workerId, at: Date.now() });
      return invoke(context);
    };
  }

  /** Calls of an attempt that was settled already. */
  async afterSettlement(): Promise<HandlerCall[]> {
    const settled = await this.rows().query<{ key: string; at: number }>(
      `select task_id || '/' || attempt as key, (extract(epoch from at) * 1000)::float8 as at from tasker.step_history`,
    );
    const ends = new Map(settled.map(({ key, at }) => [key, at]));
    return this.made.filter(({ taskId, attempt, at }) => at > (ends.get(`${taskId}/${attempt}`) ?? Infinity));
  }

  /** Calls beyond the first of each attempt. */
  repeated(): HandlerCall[] {
    const seen = new Set<string>();
    return this.made.filter(({ taskId, attempt }) => seen.size === seen.add(`${taskId}/${attempt}`).size);
  }
}
