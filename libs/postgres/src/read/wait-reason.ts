import type { StepReadiness, WaitReason } from './readiness-views';
import { skipWords } from './skip-words';
import { dueIn, names, spell } from './spell';
import type { StepRow } from './step-row';
import { waitWords } from './wait-words';

/** A row as callers get it: the reason as data and as a sentence. @internal */
export function toReadiness(row: StepRow, now: Date): StepReadiness {
  const reason = waitReason(row);
  const { step, state, ready, attempt, retryLimit, attemptsLeft, parents, satisfiedParents, lastFailedAt } = row;
  const why = describeReason(reason, row, now);
  return {
    ...{ step, state, ready, reason, why, attempt, retryLimit, attemptsLeft },
    ...{ parents, satisfiedParents, lastFailedAt },
  };
}

function waitReason(row: StepRow): WaitReason {
  switch (row.reason) {
    case 'finished':
      return finishedReason(row);
    case 'running':
      return runningReason(row);
    case 'queued':
      return queuedReason(row);
    case 'backing_off':
      return { code: row.reason, until: row.dueAt ?? new Date(0) };
    case 'waiting':
      return { code: row.reason, ...(row.waitingFor && { for: row.waitingFor }) };
    case 'waits_for_parents':
      return { code: row.reason, parents: row.waitsFor };
    case 'blocked':
      return { code: row.reason, by: row.blockedBy };
    case 'no_live_worker':
      return { code: row.reason, handler: row.handler, queue: row.queue };
    default:
      return { code: row.reason };
  }
}

function finishedReason({ skipReason, skip }: StepRow): WaitReason {
  if (skipReason === null) return { code: 'finished' };
  const { reason: _, ...decided } = skip ?? {};
  return { code: 'finished', skipReason, ...(Object.keys(decided).length > 0 && { decided }) };
}

function runningReason({ workerId, worker, host, startedAt }: StepRow): WaitReason {
  const since = startedAt ?? new Date(0);
  return { code: 'running', worker: worker ?? 'unknown', workerId: workerId ?? 0, host: host ?? 'unknown', since };
}

const queuedReason = ({ queueAhead, queueCapped, liveWorkers }: StepRow): WaitReason => ({
  ...{ code: 'queued', ahead: queueAhead ?? 0, capped: queueCapped ?? true, workers: liveWorkers },
});

const howItEnded = (
  { skipReason, decided }: Extract<WaitReason, { code: 'finished' }>,
  state: StepRow['state'],
): string => (skipReason ? `It was left out: ${skipWords(skipReason, decided ?? null)}.` : `It has ended: ${state}.`);

function describeReason(reason: WaitReason, { state, handler, queue }: StepRow, now: Date): string {
  switch (reason.code) {
    case 'finished':
      return howItEnded(reason, state);
    case 'task_ended':
      return 'The task has ended without it.';
    case 'running':
      return `Worker ${reason.worker} on ${reason.host} has been running it for ${spell(now.getTime() - reason.since.getTime())}.`;
    case 'backing_off':
      return `The last attempt failed; the next one is due ${dueIn(reason.until.getTime() - now.getTime())}.`;
    case 'waiting':
      return waitWords(reason.for, now);
    case 'waits_for_parents':
      return `It waits for ${names(reason.parents)}.`;
    case 'blocked':
      return `It cannot run, because ${names(reason.by)} ended without success.`;
    case 'paused_task':
      return 'It could run, but the task is paused.';
    case 'paused_step':
      return 'It could run, but this step is paused in every task of its template.';
    case 'no_live_worker':
      return `It could run, but no live worker has the handler "${handler}" for the queue "${queue}".`;
    case 'queued':
      return `It is in the queue; ${reason.capped ? 'at least ' : ''}${reason.ahead} ${
        reason.ahead === 1 ? 'step is' : 'steps are'
      } before it, and ${reason.workers} ${reason.workers === 1 ? 'worker serves' : 'workers serve'} its lane.`;
  }
}
