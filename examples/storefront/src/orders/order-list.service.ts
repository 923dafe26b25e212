import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { TaskState } from '@tasker/nestjs';
import { TASKER_DATA_SOURCE_NAME, TaskListEntity } from '@tasker/nestjs/runtime';
import { In, type Repository } from 'typeorm';
import { PlacedOrder } from './placed-order.entity';

const LATEST = 50;

/** An order of the shop beside the state of its task. */
export interface ListedOrder extends PlacedOrder {
  /** Null: its task has been archived or deleted since. */
  readonly state: TaskState | null;
}

/** Reads the shop's table and Tasker's view of tasks side by side: both are repositories, of two data sources. */
@Injectable()
export class OrderList {
  constructor(
    @InjectRepository(PlacedOrder) private readonly orders: Repository<PlacedOrder>,
    @InjectRepository(TaskListEntity, TASKER_DATA_SOURCE_NAME) private readonly tasks: Repository<TaskListEntity>,
  ) {}

  /** The latest fifty, newest first. */
  async latest(): Promise<ListedOrder[]> {
    const orders = await this.orders.find({ order: { placedAt: 'DESC' }, take: LATEST });
    const tasks = await this.tasks.find({
      select: { taskId: true, state: true },
      where: { taskId: In(orders.map(({ taskId }) => taskId)) },
    });
    const states = new Map(tasks.map(({ taskId, state }) => [taskId, state]));
    return orders.map((order) => ({ ...order, state: states.get(order.taskId) ?? null }));
  }
}
