import { Controller, Get, Param, UseFilters } from '@nestjs/common';
import { TaskerError, TaskerErrorFilter, TaskerService } from '@tasker/nestjs';
import { PLATFORMS } from '../rest/support/rest-app';
import { TestApps } from './support/boot-app';

const apps = new TestApps();
afterEach(() => apps.closeAll());

@Controller('orders')
@UseFilters(TaskerErrorFilter)
class Orders {
  constructor(private readonly tasker: TaskerService) {}

  @Get('busy')
  busy(): never {
    throw new TaskerError('TSK_SATURATED', 'Too many.', { data: { secret: 'x', taskId: '7' } });
  }

  @Get('broken')
  broken(): never {
    throw new Error('not ours');
  }

  @Get(':id')
  show(@Param('id') id: string): Promise<unknown> {
    return this.tasker.get(id);
  }

  @Get(':id/cancel')
  cancel(@Param('id') id: string): Promise<unknown> {
    return this.tasker.setPriority(id, 1_000, { actor: 'ann' });
  }
}

describe.each(PLATFORMS)("TaskerError in the application's own controllers on %s", (_platform, adapter) => {
  it('is answered with the status it stands for, its code, faults and hint', async () => {
    const compiled = await apps.compile({ controllers: [Orders], options: { role: 'api' } });
    const app = apps.keep(compiled.createNestApplication(adapter(), { logger: false, forceCloseConnections: true }));
    await app.listen(0, '127.0.0.1');
    const call = async (path: string) => {
      const response = await fetch(`${await app.getUrl()}/orders/${path}`);
      return { status: response.status, retryAfter: response.headers.get('retry-after'), body: await response.json() };
    };
    expect(await call('4711')).toMatchObject({
      status: 404,
      body: { statusCode: 404, errorCode: 'TSK_TASK_NOT_FOUND', hint: expect.any(String), data: { taskId: '4711' } },
    });
    expect(await call('4711/cancel')).toMatchObject({
      status: 400,
      body: { errorCode: 'TSK_REQUEST_INVALID', details: [{ path: 'priority' }] },
    });
    expect(await call('busy')).toMatchObject({ status: 503, retryAfter: '1', body: { data: { taskId: '7' } } });
    expect(JSON.stringify(await call('busy'))).not.toContain('secret');
    expect(await call('broken')).toMatchObject({ status: 500, body: { message: 'Internal server error' } });
  });
});
