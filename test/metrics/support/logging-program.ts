import 'reflect-metadata';
import { Body, Controller, Injectable, Logger, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { StepHandler, TaskerModule, TaskerService, type StepContext } from '@tasker/nestjs';
import { Logger as PinoLogger } from 'nestjs-pino';
import { LoggingModule } from '../../../examples/storefront/src/logging/logging.module';

/** What the test tells a process of the logging test. */
export interface LoggingSetup {
  readonly url: string;
  readonly role: 'api' | 'worker';
}

const { url, role } = JSON.parse(process.argv[2] ?? '') as LoggingSetup;

@Injectable()
class Cards {
  private readonly logger = new Logger('Cards');

  /** Knows nothing of tasks: its lines get their fields from the surroundings. */
  async charge(card: unknown): Promise<void> {
    await new Promise(setImmediate);
    this.logger.log({ taskContext: { card } }, 'Charging a card.');
  }
}

@StepHandler('charge')
class Charge {
  constructor(
    private readonly cards: Cards,
    private readonly tasker: TaskerService,
  ) {}

  async process(step: StepContext<{ card: unknown }>): Promise<void> {
    await this.cards.charge(step.task.context.card);
    await this.tasker.create({ name: 'receipt' });
    step.logger.log('Charged.');
  }
}

@StepHandler('print')
class Print {
  process(step: StepContext): void {
    step.logger.log('The last line.');
  }
}

@Controller('orders')
class Orders {
  private readonly logger = new Logger('Orders');

  constructor(private readonly tasker: TaskerService) {}

  @Post(':name')
  async place(@Param('name') name: string, @Body() context: Record<string, unknown>): Promise<{ taskId: string }> {
    this.logger.log({ body: context }, 'An order came in.');
    const { taskId } = await this.tasker.create({ name, context });
    return { taskId };
  }
}

const templates = [
  { name: 'order', version: '1.0.0', steps: [{ name: 'charge', handler: 'charge' }] },
  { name: 'receipt', version: '1.0.0', steps: [{ name: 'print', handler: 'print' }] },
];

@Module({
  imports: [
    LoggingModule.register({ level: 'info', secrets: ['card.number', 'password'] }),
    TaskerModule.forRoot({
      database: { url },
      role,
      templates,
      logging: { format: 'pino', level: 'info', tasks: 'each' },
    }),
  ],
  controllers: [Orders],
  providers: role === 'worker' ? [Cards, Charge, Print] : [],
})
class App {}

async function main(): Promise<void> {
  const app = await NestFactory.create(App, { bufferLogs: true, abortOnError: false });
  app.useLogger(app.get(PinoLogger));
  await app.listen(0, '127.0.0.1');
  process.once('SIGTERM', () => void app.close().then(() => process.exit()));
  process.send?.({ url: await app.getUrl() });
}

main().catch((error: unknown) => {
  process.stderr.write(`${String((error as Error).stack)}\n`);
  process.exit(1);
});
