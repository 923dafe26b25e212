import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { TaskerService, type StepDetail, type TaskDetail, type TaskRequest } from '@tasker/nestjs';
import type { Repository } from 'typeorm';
import { Transactional } from 'typeorm-transactional';
import { OrderBoard, type StepMark } from '../progress/order-board';
import { FULFIL_ORDER } from './order';
import { PlacedOrder } from './placed-order.entity';

/** Takes orders: each becomes a task, whose correlation id is the number of the order. */
@Injectable()
export class OrderDesk {
  constructor(
    private readonly tasker: TaskerService,
    private readonly board: OrderBoard,
    @InjectRepository(PlacedOrder) private readonly orders: Repository<PlacedOrder>,
  ) {}

  /**
   * The shop's row and the task are kept together or not at all: `@Transactional()` gives both the same transaction.
   *
   * @param order checked against the schema of the template, so anything may be handed in
   * @throws {TaskerError} TSK_CONTEXT_INVALID with every fault; TSK_DUPLICATE_TASK unless a duplicate is to be returned
   */
  @Transactional()
  async place(
    order: unknown,
    how: Pick<TaskRequest, 'identity' | 'onDuplicate' | 'initiator' | 'tags'>,
  ): Promise<{ taskId: string; duplicate: boolean }> {
    const orderNumber = numberOf(order);
    const correlation = orderNumber === undefined ? {} : { correlationId: orderNumber };
    const request = { ...FULFIL_ORDER, context: order, ...correlation, ...how };
    const { taskId, duplicate } = await this.tasker.create(request, { manager: this.orders.manager });
    if (!duplicate) await this.orders.insert({ taskId, orderNumber: orderNumber ?? '' });
    return { taskId, duplicate };
  }

  /** Shows an order on the board, with what earlier processes did for it. */
  async follow(taskId: string): Promise<TaskDetail> {
    const task = await this.tasker.get(taskId);
    const steps = task.steps.map((step) => ({
      name: step.name,
      mark: markOf(step),
      retries: Math.max(0, step.attempt - 1),
    }));
    this.board.follow({ taskId, orderNumber: task.correlationId, steps }, Date.now());
    return task;
  }
}

/** The number is read before the schema has spoken, so it may be missing or awkward; the schema then says so. */
function numberOf(order: unknown): string | undefined {
  const number =
    typeof order === 'object' && order !== null ? (order as { orderNumber?: unknown }).orderNumber : undefined;
  return typeof number === 'string' && number.length > 0 && number.length <= 128 ? number : undefined;
}

function markOf({ state }: StepDetail): StepMark {
  switch (state) {
    case 'complete':
    case 'resolved_manually':
      return 'done';
    case 'skipped':
    case 'not_taken':
      return 'skipped';
    case 'error':
    case 'cancelled':
      return 'failed';
    case 'waiting_for_retry':
      return 'retrying';
    case 'in_progress':
      return 'running';
    case 'pending':
    case 'ready':
    case 'waiting':
      return 'waiting';
  }
}
