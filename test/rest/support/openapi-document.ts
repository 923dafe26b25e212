import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { TaskerModule } from '../../../src/tasker.module';
import { version } from '../../../package.json';
import { TaskerRestModule } from '../../../src/rest';

/** The OpenAPI document of the REST module alone, as `docs/openapi.json` has it. Needs no database: nothing is started. */
export async function openapiDocument(): Promise<OpenAPIObject> {
  @Module({
    imports: [
      TaskerModule.forRoot({ database: { url: 'postgres://nowhere/tasker' } }),
      TaskerRestModule.register({ access: 'public' }),
    ],
  })
  class DocumentModule {}
  const app = await NestFactory.create(DocumentModule, new ExpressAdapter(), {
    preview: true,
    abortOnError: false,
    logger: ['error'],
  });
  const config = new DocumentBuilder()
    .setTitle('Tasker')
    .setDescription(
      'Tasks, their steps and their operators over HTTP. Every operation names the permission it requires.',
    )
    .setVersion(version)
    .addServer('/tasker', 'Where the module is mounted unless the application says otherwise.')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth({ type: 'http', description: 'A token, or an API key.' })
    .build();
  return SwaggerModule.createDocument(app, config);
}
