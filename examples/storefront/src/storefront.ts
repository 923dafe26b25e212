import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TaskerService } from '@tasker/nestjs';
import { Logger } from 'nestjs-pino';
import { initializeTransactionalContext, StorageDriver } from 'typeorm-transactional';
import { AppModule, type StorefrontOptions } from './app.module';
import { serveDocument } from './docs/serve-document';
import { FileRuns, type FileRun } from './orders/file-run.service';
import type { ExpectedOrder } from './orders/order-file';
import type { EndedOrder } from './progress/summary';

/** The running shop. */
export class Storefront {
  private constructor(private readonly app: INestApplication) {}

  /** Boots the app; steps of an interrupted run start at once. */
  static async open(options: StorefrontOptions): Promise<Storefront> {
    // Before the first data source.
    initializeTransactionalContext({ storageDriver: StorageDriver.ASYNC_LOCAL_STORAGE });
    const app = await NestFactory.create(AppModule.register(options), {
      bufferLogs: true,
      abortOnError: false,
    });
    app.useLogger(app.get(Logger));
    serveDocument(app);
    await app.init();
    return new Storefront(app);
  }

  begin(orders: readonly ExpectedOrder[]): Promise<FileRun> {
    return this.app.get(FileRuns).begin(orders);
  }

  /** Resolves when every order of the run has ended. */
  async end({ orders }: FileRun): Promise<EndedOrder[]> {
    const tasker = this.app.get(TaskerService);
    return Promise.all(
      orders.map(async ({ taskId, expect }) => {
        await tasker.waitFor(taskId);
        return { expect, task: await tasker.get(taskId) };
      }),
    );
  }

  /** @returns where it listens */
  async listen(port: number): Promise<string> {
    await this.app.listen(port, '127.0.0.1');
    return this.app.getUrl();
  }

  /** Running steps finish or are given back, then connections close. */
  close(): Promise<void> {
    return this.app.close();
  }
}
