import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { runWorkflow, WorkflowModule } from './workflow.js';

async function main(): Promise<void> {
  await runWorkflow(await NestFactory.create<NestFastifyApplication>(WorkflowModule, new FastifyAdapter()));
}

void main();
