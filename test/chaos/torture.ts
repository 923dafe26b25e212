import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '../support/seeded-random';
import { Arena } from './support/arena';
import { Disturbances, isOutage, type Disturbance } from './support/disturbances';
import { OperatorProcess } from './support/operator-process';
import { tortureReport } from './support/torture-report';
import { passed, until } from './support/wait';

const LEASE_MS = 2_000;
/** An outage right after it may delay that the loss of a lease is declared. */
const EXPLAINS_FOR_MS = 10_000;
const WORKERS = 4;
/** Tasks in flight: some thousands of steps. */
const OPEN_TASKS = 300;
const TEND_EVERY_MS = 250;
const END_WITHIN_MS = 120_000;
/** Handlers that take their time are hit in the middle. */
const WORKER = { concurrency: 15, longestMs: 80 };

/**
 * Load, killed, frozen and blocked workers, ended sessions, a silent network, restarts of the database, failovers to a
 * standby and an operator who does not stop, mixed at random: `npm run torture -- --minutes 10 [--seed 1] [--report]`.
 * Exits with 1 when a promise was broken.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { minutes: { type: 'string' }, seed: { type: 'string' }, report: { type: 'boolean' } },
  });
  const minutes = Number(values.minutes ?? 1);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  if (!(minutes > 0) || !Number.isInteger(seed)) throw new Error('--minutes takes a number, --seed an integer');
  console.log(`torture: ${minutes} min, seed ${seed}`);
  const arena = await Arena.open({ leaseMs: LEASE_MS, ownServer: 'replicated' });
  try {
    await arena.start(WORKERS, WORKER);
    const operator = new OperatorProcess({ url: arena.url, seed });
    const disturbances = new Disturbances(arena, LEASE_MS, seededRandom(seed));
    await disturbed(arena, disturbances, minutes * 60_000);
    await operator.stop();
    const unfinished = await remaining(arena, operator);
    const { done, lostTasks } = disturbances;
    const spentByOutages = await spent(arena, done);
    const run = { seed, minutes, leaseMs: LEASE_MS, unfinished, done, lostTasks, spentByOutages, operator };
    const report = await tortureReport(arena, run);
    console.log(report.lines.join('\n'));
    if (values.report) writeFileSync(join(__dirname, 'REPORT.md'), `${HEADING}\n\n${report.lines.join('\n')}\n`);
    console.log(report.passed ? 'every promise was kept' : 'A PROMISE WAS BROKEN');
    process.exitCode = report.passed ? 0 : 1;
  } finally {
    await arena.close();
  }
}

const HEADING =
  '# Torture report\n\nWritten by `npm run torture -- --minutes N --report`; what is done and checked: `test/chaos/torture.ts`.';

/** Keeps tasks and workers coming while things are done to them. */
async function disturbed(arena: Arena, disturbances: Disturbances, ms: number): Promise<void> {
  const deadline = Date.now() + ms;
  const doing = disturbances.run();
  const creating = new Set<Promise<void>>();
  while (Date.now() < deadline) {
    await tend(arena, creating).catch(() => undefined);
    await passed(TEND_EVERY_MS);
  }
  disturbances.stop();
  await doing;
  await Promise.all(creating);
}

/** One look: replaces workers that are gone and tops up the tasks in flight. */
async function tend(arena: Arena, creating: Set<Promise<void>>): Promise<void> {
  const missing = WORKERS - arena.workers.filter((worker) => worker.isRunning).length;
  for (let n = 0; n < missing; n++) arena.spawn(WORKER);
  // Creations under way hold their places until they are acknowledged.
  if (creating.size > 0) return;
  const open = await arena.load.unfinished(arena.ledger);
  const made = arena.load.create(Math.max(0, OPEN_TASKS - open)).finally(() => creating.delete(made));
  creating.add(made);
}

/** Tasks that have not ended although everything has been left in peace, and whatever was paused goes on. */
async function remaining(arena: Arena, operator: OperatorProcess): Promise<number> {
  const missing = WORKERS - arena.workers.filter((worker) => worker.isRunning).length;
  for (let n = 0; n < missing; n++) arena.spawn(WORKER);
  const unfinished = () => arena.load.unfinished(arena.ledger);
  await until('everything goes on', END_WITHIN_MS, () => operator.resumeEverything(arena.ledger).then(() => true));
  await until('every task has ended', END_WITHIN_MS, async () => (await unfinished()) === 0).catch(() => undefined);
  return unfinished();
}

/** How many workers lost their lease although nothing was done to them but an outage of less than half of it. */
async function spent(arena: Arena, done: readonly Disturbance[]): Promise<number> {
  const lost = await arena.ledger.query<{ pid: number; at: number }>(
    'select pid, extract(epoch from lost_at)::float8 * 1000 as at from public.lost_workers',
  );
  // Whatever was long, or was done to the worker itself, explains the loss for some time; a death for ever.
  const explained = ({ pid, at }: { pid: number; at: number }): boolean =>
    done.some(
      (one) =>
        (one.pid === pid || (isOutage(one.kind) && one.until - one.at >= LEASE_MS / 2)) &&
        one.at <= at &&
        (one.kind === 'kill' || at <= one.until + EXPLAINS_FOR_MS),
    );
  return lost.filter((worker) => !explained(worker)).length;
}

void main();
