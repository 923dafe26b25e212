import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { callSurfaces, SurfacesModule } from './surfaces.js';

async function main(): Promise<void> {
  await callSurfaces(
    await NestFactory.create<NestFastifyApplication>(SurfacesModule, new FastifyAdapter(), {
      logger: ['warn', 'error'],
    }),
  );
}

void main();
