import { NestFactory } from '@nestjs/core';
import { callSurfaces, SurfacesModule } from './surfaces.js';

async function main(): Promise<void> {
  await callSurfaces(await NestFactory.create(SurfacesModule, { logger: ['warn', 'error'] }));
}

void main();
