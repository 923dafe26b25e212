// The application whose REST API is measured: tokens are checked, tasks are run, requests are answered, in one process.
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { StepHandler, TaskerModule } from '@tasker/nestjs';
import { TaskerAuthModule } from '@tasker/nestjs/auth';
import { TaskerRestModule } from '@tasker/nestjs/rest';
import { template } from './engines/tasker.mjs';

class Noop {
  process() {
    return { ok: true };
  }
}
StepHandler('noop')(Noop);

async function main({ url, secret }) {
  class ServerModule {}
  const module = {
    module: ServerModule,
    imports: [
      TaskerModule.forRoot({ database: { url }, templates: [template('one')] }),
      TaskerAuthModule.register({ roles: { all: ['*'] }, jwt: { secret } }),
      TaskerRestModule.register(),
    ],
    providers: [Noop],
  };
  const app = await NestFactory.create(module, { logger: ['warn', 'error', 'fatal'], abortOnError: false });
  await app.listen(0, '127.0.0.1');
  // Longer than any pause of the driver: a connection that is closed just when it is used looks like a fault.
  app.getHttpServer().keepAliveTimeout = 120_000;
  process.on('message', () => void app.close().then(() => process.exit(0)));
  process.send({ url: await app.getUrl() });
}

// Its driver is gone, so nobody wants the answers.
process.on('disconnect', () => process.exit(1));
process.once('message', (order) => void main(order));
