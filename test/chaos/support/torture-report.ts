import type { Arena } from './arena';
import { isOutage, type Disturbance, type DisturbanceKind } from './disturbances';
import type { OperatorProcess } from './operator-process';
import { SPOTLESS } from './verdict';

/** After the server is back, workers may take this long to reconnect, and look for the dead only then. */
const RECONNECTED_WITHIN_MS = 3_000;
/** Whoever follows a rescuer that stopped looks so long after the lock is free, at the latest. */
const LOOK_AGAIN_MS = 500;

export interface TortureReport {
  readonly lines: readonly string[];
  /** Nothing was lost, doubled or wrong, and recovery kept its promise. */
  readonly passed: boolean;
}

export interface TortureRun {
  readonly seed: number;
  readonly minutes: number;
  readonly leaseMs: number;
  readonly unfinished: number;
  readonly lostTasks: number;
  /** Workers declared lost that nobody had touched, after an outage of less than half their lease. */
  readonly spentByOutages: number;
  readonly done: readonly Disturbance[];
  readonly operator: OperatorProcess;
}

export async function tortureReport(arena: Arena, run: TortureRun): Promise<TortureReport> {
  const { ledger, load } = arena;
  const verdict = await arena.verdict();
  const [lost, wrong] = [await load.lost(ledger), await load.wrong(ledger)];
  const died = arena.workers.filter((worker) => worker.died);
  const limitMs = run.leaseMs + 1_000;
  const stoppedLimitMs = limitMs + run.leaseMs / 3 + LOOK_AGAIN_MS;
  const recovery = await recoveries(arena, run.done, { limitMs, stoppedLimitMs });
  const { operator } = run;
  const faults = [
    ...operator.lines,
    ...recovery.late,
    ...verdict.auditFindings,
    ...lost,
    ...wrong,
    ...died.flatMap(({ lines }) => lines),
  ];
  const passed =
    JSON.stringify(verdict) === JSON.stringify(SPOTLESS) &&
    lost.length + wrong.length + died.length + run.unfinished + operator.lines.length === 0 &&
    run.spentByOutages === 0 &&
    recovery.late.length === 0;
  const rows: [string, string | number][] = [
    ['seed', run.seed],
    ['minutes of disturbances', run.minutes],
    ['Node.js', process.versions.node],
    ['PostgreSQL, fsync on', await serverVersion(arena)],
    ['lease', `${run.leaseMs} ms`],
    ...countsOf(run.done),
    ['acts of operators that changed something', operator.count()],
    ['… verbs among them', new Set(operator.verbs).size],
    ['… refused, or nothing to change', operator.count('TSK_STATE_REFUSED') + operator.count('unchanged')],
    ['… the rows did not become free (TSK_SATURATED)', operator.count('TSK_SATURATED')],
    ['… on tasks that a failover had lost', operator.count('TSK_TASK_NOT_FOUND')],
    ['… without an answer of the database', operator.count('TSK_DATABASE_UNAVAILABLE')],
    ['tasks created', load.created.size],
    ...(await endsOf(arena)),
    ['tasks that did not end', run.unfinished],
    ['tasks lost after their creation was acknowledged', lost.length],
    ['… beside those that asynchronous failovers lost', run.lostTasks],
    ['tasks whose states or results differ from the reference', wrong.length],
    ['attempts', await ledger.count('select 1 from tasker.step_history')],
    ['… of them taken from a lost worker', await ledger.count(WORKER_LOST)],
    ['steps settled twice', verdict.settledTwice],
    ['outcomes accepted from a dead lease', verdict.acceptedFromDeadLease],
    ['completions without a call of the handler', verdict.completedWithoutCall],
    ['calls after completion, lease good', verdict.calledAfterCompletion],
    ['calls of one attempt at the same time', verdict.calledTwiceAtOnce],
    ['attempts spent by short outages', run.spentByOutages],
    ['findings of the auditor', verdict.auditFindings.length],
    ['workers that ended by themselves', died.length],
    ['recoveries of a killed or frozen worker', recovery.count],
    [`longest, database up (promised: ${limitMs} ms)`, `${recovery.longestMs} ms`],
    [
      `… with another worker stopped at that time, who may have been the rescuer (${Math.round(stoppedLimitMs)} ms)`,
      `${recovery.longestStoppedMs} ms`,
    ],
    ['longest, with a restart of the database in between', `${recovery.longestDisturbedMs} ms`],
  ];
  return { lines: [...table(rows), ...faults.map((fault) => `- ${fault}`)], passed };
}

const WORKER_LOST = "select 1 from tasker.step_history where error->>'kind' = 'worker_lost'";

const LABELS: Readonly<Record<DisturbanceKind, string>> = {
  kill: 'workers killed (SIGKILL)',
  freeze: 'workers frozen (SIGSTOP) and woken',
  block: 'event loops blocked',
  sessions: 'times that sessions were ended',
  restart_fast: 'restarts of PostgreSQL, fast',
  restart_immediate: 'restarts of PostgreSQL, immediate (a crash)',
  silence: 'times that the network went silent',
  failover_sync: 'failovers to a synchronous standby',
  failover_async: 'failovers to a standby that was behind',
};

const countsOf = (done: readonly Disturbance[]): [string, number][] =>
  Object.entries(LABELS).map(([kind, label]) => [label, done.filter((one) => one.kind === kind).length]);

const endsOf = async ({ ledger }: Arena): Promise<[string, number][]> =>
  (
    await ledger.query<{ state: string; count: number }>(
      'select state, count(*)::int as count from tasker.task_list group by state order by state',
    )
  ).map(({ state, count }) => [`… ended \`${state}\``, count]);

const serverVersion = async ({ ledger }: Arena): Promise<string> =>
  (await ledger.query<{ version: string }>("select current_setting('server_version') as version"))[0]?.version ?? '';

/**
 * A restart of the database stops the clock of nobody's lease, and nobody can act while it is away: told apart. So is what
 * another worker may have kept waiting that was frozen, or whose event loop was blocked, in the middle of the rescue.
 */
async function recoveries(
  arena: Arena,
  done: readonly Disturbance[],
  { limitMs, stoppedLimitMs }: { readonly limitMs: number; readonly stoppedLimitMs: number },
) {
  const restarts = done.filter(({ kind }) => isOutage(kind));
  const stops = done.filter(({ kind }) => kind === 'freeze' || kind === 'block');
  const found = { count: 0, longestMs: 0, longestStoppedMs: 0, longestDisturbedMs: 0, late: [] as string[] };
  for (const { kind, pid, at } of done) {
    const ms = pid === null ? null : await arena.recoveryMs(pid, at);
    if (ms === null) continue;
    found.count++;
    const disturbed = restarts.some((restart) => restart.at < at + ms && at - RECONNECTED_WITHIN_MS < restart.until);
    const stopped = stops.some((stop) => stop.pid !== pid && stop.at < at + ms && at + limitMs / 2 < stop.until);
    const measure = disturbed ? 'longestDisturbedMs' : stopped ? 'longestStoppedMs' : 'longestMs';
    found[measure] = Math.max(found[measure], ms);
    if (!disturbed && ms > (stopped ? stoppedLimitMs : limitMs))
      found.late.push(`${kind} of ${pid} at ${new Date(at).toISOString()}: recovered after ${ms} ms`);
  }
  return found;
}

const table = (rows: readonly (readonly [string, string | number])[]): string[] => [
  '| what | figure |',
  '| --- | --- |',
  ...rows.map(([what, figure]) => `| ${what} | ${figure} |`),
];
