import { readFileSync, readdirSync } from 'node:fs';
import { Client } from 'pg';
import { startPostgres } from '/work/main/libs/embedded-postgres/src/start';
import { openStore } from '/work/main/libs/postgres/src/stores/open-store';
import { TemplateStore } from '/work/main/libs/postgres/src/stores/template-store';
import { Engine } from '/work/main/libs/core/src/engine/engine';
import { TemplateRegistry } from '/work/main/libs/core/src/template/template-registry';
import { HandlerRegistry } from '/work/main/libs/core/src/handler/handler-registry';
import { EventBus } from '/work/main/libs/core/src/events/event-bus';
const step = (name: string, dependsOn: string[], extra = {}) => ({ name, handler: 'noop', dependsOn, retryable: true, retryLimit: 3, backoff: { initialMs: 50, jitter: 0 }, timeoutMs: null, skippable: false, queue: 'default', onWorkerLoss: 'retry' as const, handlerConfig: {}, customEvents: [], ...extra });
const t = (name: string, steps: any[]) => ({ namespace: 'default', name, version: '1.0.0', customEvents: [], handlerConfig: {}, steps });
async function main() {
  const pg = await startPostgres({ durable: true, settings: { shared_buffers: '512MB', max_wal_size: '8GB' } });
  const c = new Client({ connectionString: pg.url }); await c.connect();
  await c.query('create schema tasker');
  for (const f of readdirSync('/work/main/migrations').filter((f) => /000[1-4].*up.sql$/.test(f)).sort()) await c.query(readFileSync('/work/main/migrations/' + f, 'utf8'));
  const store = openStore({ connectionString: pg.url, schema: 'tasker', pooler: 'none', settleConnections: 2, leaseMs: 15000, applicationName: 'spike' });
  const ts = new TemplateStore(store.statements, async (work: any) => { await c.query('begin'); const r = await work(c); await c.query('commit'); return r; }, 'x');
  const chain = t('chain10', Array.from({ length: 10 }, (_, i) => step('s' + i, i ? ['s' + (i - 1)] : [])));
  const diamond = t('diamond', [step('a', []), ...Array.from({ length: 10 }, (_, i) => step('m' + i, ['a'])), step('z', Array.from({ length: 10 }, (_, i) => 'm' + i))]);
  const lay: any[] = []; for (let l = 0; l < 10; l++) for (let i = 0; i < 5; i++) lay.push(step(`l${l}_${i}`, l ? [`l${l - 1}_${i}`, `l${l - 1}_${(i + 1) % 5}`] : []));
  const fail = t('fail', [step('a', []), step('b', ['a'], { handler: 'flaky' }), step('c', ['a'], { handler: 'bad' }), step('d', ['b', 'c']), step('e', ['b'])]);
  const defs = [chain, diamond, t('lay50', lay), fail, t('one', [step('a', [])])];
  const plans = await ts.register(defs as any, 'revise');
  const templates = new TemplateRegistry(); plans.forEach((p) => templates.add(p, true));
  const handlers = new HandlerRegistry();
  let calls = 0;
  handlers.register('noop', async () => { calls++; return { ok: true }; });
  handlers.register('flaky', async (s) => { calls++; if (s.attempt < 3) throw new Error('flaky'); return s.parents; });
  handlers.register('bad', async () => { throw Object.assign(new Error('x')); });
  const log = { debug() {}, info() {}, warn: (m: string) => (process.env.V ? console.log(m) : 0), error: (m: string, f: any) => console.log('ERR', m, f) } as any;
  const events = new EventBus((e) => console.log('listener', e));
  let done = 0; let want = 0; let resolve: any; 
  const ended = () => { if (++done === want) resolve(); };
  events.on('task.completed', ended); events.on('task.failed', ended);
  const surroundings = { run: (_s: any, w: any) => w(), logger: () => ({}) } as any;
  const mk = (role: any) => new Engine({ store, templates, loadPlan: (id) => ts.load(id), handlers, events, log, surroundings, options: { role, concurrency: 50, queues: null, leaseMs: 15000, pollMs: 1000, settleConnections: 2, resultBytes: 1e6, name: 'w', version: '0' } });
  const engine = mk('all'); await engine.start();
  const draft = (i: number) => ({ plan: plans[i]!, task: { context: '{"a":1}', identity: null, priority: 0, initiator: null, sourceSystem: null, reason: null, correlationId: 'c', traceParent: null, tags: [], bypass: [] } });
  const run = async (name: string, i: number, n: number, steps: number) => {
    done = 0; want = n; calls = 0; const p = new Promise((r) => (resolve = r));
    const t0 = performance.now(); await engine.createMany(Array.from({ length: n }, () => draft(i))); const t1 = performance.now();
    const timer = setInterval(async () => { console.log('..', done, calls, (await c.query('select (select count(*) from tasker.queue) q, (select count(*) from tasker.steps where state=2) r, (select count(*) from tasker.delayed_steps) d')).rows[0]); }, 5000);
    await p; clearInterval(timer); const t2 = performance.now();
    console.log(name, 'create/s', Math.round(n / (t1 - t0) * 1000), 'steps/s', Math.round(n * steps / (t2 - t0) * 1000), 'calls', calls);
  };
  await run('fail', 3, 2, 5);
  console.log((await c.query('select position,state,met,need,attempt,blocked from tasker.steps order by 1')).rows.map((r) => JSON.stringify(r)).join('\n'));
  console.log((await c.query('select state from tasker.tasks')).rows);
  for (let r = 0; r < 2; r++) {
    await run('one', 4, 20000, 1);
    await run('chain10', 0, 10000, 10);
    await run('diamond', 1, 5000, 12);
    await run('lay50', 2, 1000, 50);
  }
  const lat: number[] = []; for (let i = 0; i < 100; i++) { await new Promise((r) => setTimeout(r, 20)); done = 0; want = 1; const p = new Promise((r) => (resolve = r)); const t0 = performance.now(); await engine.create(draft(0)); await p; lat.push(performance.now() - t0); }
  lat.sort((a, b) => a - b); console.log('chain10 idle p50', lat[50], 'p99', lat[98]);
  await engine.drain(1000); await store.close(); await c.end(); await pg.stop();
}
main().catch((e) => { console.error(e); process.exit(1); });
