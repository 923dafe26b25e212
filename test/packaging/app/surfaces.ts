import 'reflect-metadata';
import { createHmac } from 'node:crypto';
import { type INestApplication, Injectable, Module } from '@nestjs/common';
import { type StepContext, StepHandler, TaskerModule } from '@tasker/nestjs';
import { TaskerAuthModule } from '@tasker/nestjs/auth';
import { TaskerHealthModule } from '@tasker/nestjs/health';
import { TaskerMetricsModule } from '@tasker/nestjs/metrics';
import { TaskerRestModule } from '@tasker/nestjs/rest';

const SECRET = 'a secret that is long enough for HS256';

@StepHandler('greet')
@Injectable()
class Greet implements StepHandler<{ name: string }, string> {
  process(step: StepContext<{ name: string }>): string {
    return `Hello, ${step.task.context.name}!`;
  }
}

@Module({
  imports: [
    TaskerModule.forRoot({
      database: { url: process.env['DATABASE_URL'] ?? '' },
      templates: [{ name: 'greeting', version: '1.0.0', steps: [{ name: 'greet', handler: 'greet' }] }],
    }),
    TaskerAuthModule.register({ roles: { admin: ['*'] }, jwt: { secret: SECRET } }),
    TaskerRestModule.register({}),
    TaskerHealthModule.register({}),
    TaskerMetricsModule.register({ access: 'public' }),
  ],
  providers: [Greet],
})
export class SurfacesModule {}

/** Creates a task over HTTP and waits for it, is refused without a token, probes and scrapes, and closes the application. */
export async function callSurfaces(app: INestApplication): Promise<void> {
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace(/\/$/, '');
  const headers = { authorization: `Bearer ${token()}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ name: 'greeting', context: { name: 'World' } });
  const stranger = await fetch(`${url}/tasker/tasks`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  });
  const created = await fetch(`${url}/tasker/tasks`, { method: 'POST', headers, body });
  const location = created.headers.get('location') ?? '';
  const waited = await fetch(`${new URL(location, created.url).href}/wait?timeoutMs=20000`, { headers });
  const text = await waited.text();
  const ready = await fetch(`${url}/tasker/health/ready`);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  await app.close();
  const counted = /^tasker_tasks_finished_total\{.*state="complete".*\} 1$/m.test(metrics);
  const state = text.includes('"complete"') && text.includes('Hello, World!') ? 'complete Hello, World!' : text;
  process.stdout.write(
    `OK ${state}\n${stranger.status} ${created.status} ${waited.status} ${ready.status} ${String(counted)}\n`,
  );
}

function token(): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const seconds = Math.floor(Date.now() / 1000);
  const signed = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: 'ann', roles: ['admin'], iat: seconds, exp: seconds + 60 })}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}
