// Sends what schemathesis makes of the OpenAPI document to the REST module, on Express and on Fastify:
// `npm run fuzz:rest -- --cases 6000 [--seed 1] [--only fastify] [--operation 'POST /bulk']`, so many at random on each,
// and about 3,500 that cover the document; the last line says how many there were. Exits with 1 on a 5xx other than 503,
// an answer that is not documented or one that is not as documented. Needs Python 3.10 or newer; schemathesis is installed
// into node_modules/.cache, unless SCHEMATHESIS names one.
import 'reflect-metadata';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { fuzz, schemathesis } from './schemathesis.mjs';

const require = createRequire(import.meta.url);
const { StepHandler, TaskerModule } = require('@tasker/nestjs');
const { TaskerRestModule } = require('@tasker/nestjs/rest');
const { resolveDatabase } = require('@tasker/embedded-postgres');

const ROOT = join(import.meta.dirname, '../..');
const DOCUMENT = join(ROOT, 'docs/openapi.json');
/** What a template may have: the names are those of the examples in the document. */
const TEMPLATE = {
  ...{ namespace: 'default', name: 'fulfil_order', version: '1.0.0' },
  searchAttributes: [{ name: 'amount', type: 'number' }],
  steps: [
    { name: 'charge_payment', handler: 'count', skippable: true },
    { name: 'create_shipment', handler: 'count', dependsOn: 'charge_payment' },
  ],
};

class Count {
  process() {
    return 1;
  }
}
StepHandler('count')(Count);

async function serve(adapter, url) {
  class AppModule {}
  const limits = { waitMs: 50 };
  const database = { url, schema: `fuzz_${adapter.getType()}_${process.pid}` };
  Module({
    imports: [
      TaskerModule.forRoot({ database, templates: [TEMPLATE], logging: { level: 'error' } }),
      TaskerRestModule.register({ access: 'public', limits }),
    ],
    providers: [Count],
  })(AppModule);
  const app = await NestFactory.create(AppModule, adapter, { logger: ['error', 'warn'], forceCloseConnections: true });
  await app.listen(0, '127.0.0.1');
  return app;
}

const { values } = parseArgs({
  options: {
    cases: { type: 'string' },
    seed: { type: 'string' },
    only: { type: 'string' },
    operation: { type: 'string' },
  },
});
const all = Object.entries(require(DOCUMENT).paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
);
const operations = values.operation ? [values.operation] : all;
const examples = Math.max(1, Math.ceil(Number(values.cases ?? 2_000) / operations.length));
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const program = schemathesis();
const server = await resolveDatabase({ envNames: ['TEST_DATABASE_URL', 'DATABASE_URL'] });
const platforms = {
  express: () => new ExpressAdapter(),
  fastify: () => new FastifyAdapter({ routerOptions: { maxParamLength: 256 } }),
};
let [cases, failures] = [0, 0];

/** Runs it once, and counts; a fuzzer that fell over itself is none of our faults, and told apart. */
async function run(parts) {
  const found = await fuzz(program, { document: DOCUMENT, examples, ...parts });
  cases += found.cases;
  failures += found.failures;
  return found.errors;
}

try {
  for (const [name, adapter] of Object.entries(platforms)) {
    if (values.only && values.only !== name) continue;
    console.log(`${name}: ${examples} examples for each of ${operations.length} operations, seed ${seed}`);
    const app = await serve(adapter(), server.url);
    const base = `http://127.0.0.1:${app.getHttpServer().address().port}/tasker`;
    const errors = await run({ base, seed, only: values.operation });
    if (errors.length > 0) {
      console.log(`The fuzzer broke (${errors.join('; ')}). Every operation alone, with another seed:`);
      for (const only of operations) failures += (await run({ base, seed: seed + 1, only })).length;
    }
    await app.close();
  }
} finally {
  await server.stop?.();
}
console.log(`${cases} cases, ${failures} failures`);
if (cases === 0 || failures > 0) process.exitCode = 1;
