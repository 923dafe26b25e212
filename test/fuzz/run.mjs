// Sends what schemathesis makes of the OpenAPI document to the REST module, on Express and on Fastify:
// `npm run fuzz:rest -- --cases 20000 [--seed 1]`. Exits with 1 on a 5xx other than 503, an answer that is not documented
// or one that is not as documented. Needs Python 3.10 or newer; schemathesis is installed into node_modules/.cache, unless
// SCHEMATHESIS names one.
import 'reflect-metadata';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

const require = createRequire(import.meta.url);
const { StepHandler, TaskerModule } = require('@tasker/nestjs');
const { TaskerRestModule } = require('@tasker/nestjs/rest');
const { resolveDatabase } = require('@tasker/embedded-postgres');

const ROOT = join(import.meta.dirname, '../..');
const DOCUMENT = join(ROOT, 'docs/openapi.json');
const VERSION = '4.32.5';
const CHECKS = [
  ...['not_a_server_error', 'status_code_conformance', 'content_type_conformance'],
  ...['response_headers_conformance', 'response_schema_conformance'],
];
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

/** @returns the program */
function schemathesis() {
  if (process.env.SCHEMATHESIS) return process.env.SCHEMATHESIS;
  const folder = join(ROOT, 'node_modules/.cache/fuzz-rest');
  const program = join(folder, 'bin/schemathesis');
  if (existsSync(program)) return program;
  const run = (command, ...args) => {
    const { status } = spawnSync(command, args, { stdio: 'inherit' });
    if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed`);
  };
  run('python3', '-m', 'venv', folder);
  run(join(folder, 'bin/pip'), 'install', '--quiet', `schemathesis==${VERSION}`);
  return program;
}

function fuzz(program, base, examples, seed) {
  const args = [
    ...['run', DOCUMENT, '--url', base, '--checks', CHECKS.join(','), '--mode', 'all'],
    ...['--max-examples', String(examples), '--seed', seed, '--request-timeout', '30', '--continue-on-failure'],
    ...['--phases', 'examples,coverage,fuzzing', '--suppress-health-check', 'all', '--no-color'],
  ];
  return new Promise((resolve, reject) => {
    spawn(program, args, { stdio: 'inherit' })
      .once('error', reject)
      .once('exit', (code) => resolve(code ?? 1));
  });
}

const { values } = parseArgs({
  options: { cases: { type: 'string' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const operations = Object.values(require(DOCUMENT).paths).flatMap((methods) => Object.keys(methods)).length;
const examples = Math.max(1, Math.ceil(Number(values.cases ?? 2_000) / operations));
const seed = values.seed ?? String(Date.now() % 1_000_000);
const program = schemathesis();
const server = await resolveDatabase({ envNames: ['TEST_DATABASE_URL', 'DATABASE_URL'] });
const platforms = {
  express: () => new ExpressAdapter(),
  fastify: () => new FastifyAdapter({ routerOptions: { maxParamLength: 256 } }),
};
try {
  for (const [name, adapter] of Object.entries(platforms)) {
    if (values.only && values.only !== name) continue;
    console.log(`${name}: ${examples} examples for each of ${operations} operations, seed ${seed}`);
    const app = await serve(adapter(), server.url);
    const { port } = app.getHttpServer().address();
    const code = await fuzz(program, `http://127.0.0.1:${port}/tasker`, examples, seed);
    await app.close();
    if (code !== 0) process.exitCode = 1;
  }
} finally {
  await server.stop?.();
}
