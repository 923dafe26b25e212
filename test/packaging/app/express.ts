import { NestFactory } from '@nestjs/core';
import { runWorkflow, WorkflowModule } from './workflow.js';

async function main(): Promise<void> {
  await runWorkflow(await NestFactory.create(WorkflowModule));
}

void main();
