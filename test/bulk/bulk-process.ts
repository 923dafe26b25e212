/** A process of its own that starts a bulk operation: `fork` it with a connection string and how many tasks to a batch. */
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { PlanCache, type Clock, type EngineLog } from '@tasker/core';
import { TaskerDatabase } from '@tasker/postgres';
import { TaskBulk } from '../../src/bulk/task-bulk';
import { TaskOperator } from '../../src/operator/task-operator';
import type { ResolvedTaskerOptions } from '../../src/options/resolved-tasker-options';
import { TASKER_CLOCK, TASKER_LOG, TASKER_OPTIONS } from '../../src/tasker.constants';
import { TaskerModule } from '../../src/tasker.module';

async function main(url: string, batchSize: number): Promise<void> {
  const options = { database: { url }, role: 'api', logging: { level: 'silent' } } as const;
  const app = await NestFactory.createApplicationContext(TaskerModule.forRoot(options), { logger: false });
  const get = <T>(token: string | (abstract new (...args: never[]) => T)): T => app.get<T>(token, { strict: false });
  const bulk = new TaskBulk(
    ...([
      get(TaskerDatabase),
      get<Clock>(TASKER_CLOCK),
      get<EngineLog>(TASKER_LOG),
      get(PlanCache),
      get(TaskOperator),
      get<ResolvedTaskerOptions>(TASKER_OPTIONS),
    ] as const),
  );
  const act = { actor: 'the process that dies' };
  await bulk.start({ name: 'idle' }, { verb: 'edit', taskReason: 'touched' }, act, { rate: null, batchSize });
}

void main(process.argv[2] ?? '', Number(process.argv[3]));
