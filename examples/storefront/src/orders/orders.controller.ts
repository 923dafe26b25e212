import { Body, Controller, Get, HttpCode, Param, Post, UseFilters, UseGuards } from '@nestjs/common';
import { TaskerErrorFilter, TaskerService, type TaskDetail } from '@tasker/nestjs';
import { StaffGuard } from '../access/staff-access';
import { OrderDesk } from './order-desk.service';
import { OrderList, type ListedOrder } from './order-list.service';

/** Orders over HTTP, beside those of the data file. */
@Controller('orders')
@UseFilters(TaskerErrorFilter)
export class OrdersController {
  constructor(
    private readonly desk: OrderDesk,
    private readonly list: OrderList,
    private readonly tasker: TaskerService,
  ) {}

  /** Answers as soon as the order is safe in the database; the same number a second time is refused. */
  @Post()
  @HttpCode(202)
  async place(@Body() order: unknown): Promise<{ taskId: string; status: string }> {
    const orderNumber =
      typeof order === 'object' && order !== null ? (order as { orderNumber?: unknown }).orderNumber : '';
    const { taskId } = await this.desk.place(order, {
      identity: `http:order:${String(orderNumber)}`,
      initiator: 'POST /orders',
    });
    await this.desk.follow(taskId);
    return { taskId, status: `/orders/${taskId}` };
  }

  /** For staff alone. */
  @Get()
  @UseGuards(StaffGuard)
  latest(): Promise<ListedOrder[]> {
    return this.list.latest();
  }

  @Get(':id')
  find(@Param('id') id: string): Promise<TaskDetail> {
    return this.tasker.get(id);
  }
}
