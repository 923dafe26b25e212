import { isTaskFinished, type StepFailure, type StepSkipReason, type StepState, type TaskState } from '@tasker/core';
import type { StoryEntry } from './explanation-views';
import { skipNote, skipWords } from './skip-words';
import { spell } from './spell';

/** A row of the story statement. @internal */
export interface StoryRow {
  readonly kind: 'created' | 'started' | 'task' | 'attempt_started' | 'step' | 'annotated';
  readonly at: Date;
  readonly step: string | null;
  readonly attempt: number | null;
  readonly startedAt: Date | null;
  readonly from: string | null;
  readonly to: string;
  readonly actor: string | null;
  readonly reason: string | null;
  readonly error: StepFailure | null;
  readonly metadata: Readonly<Record<string, unknown>> | null;
  readonly worker: string | null;
  readonly host: string | null;
  readonly workerId: number | null;
}

type Told = Pick<StoryEntry, 'kind' | 'text'>;

/** The story in words. One act of an operator has a row for the task and one for each step; its reason is said once. @internal */
export function tellAll(rows: readonly StoryRow[]): StoryEntry[] {
  const said = new Set<string>();
  return rows.map((row) => {
    const act = `${row.at.getTime()} ${row.actor} ${row.reason}`;
    const isSaid = said.has(act);
    said.add(act);
    return tell(row, isSaid);
  });
}

/** A row as an entry of the story: what happened, in words. */
function tell(row: StoryRow, isReasonSaid: boolean): StoryEntry {
  const durationMs = row.kind === 'step' && row.startedAt ? row.at.getTime() - row.startedAt.getTime() : null;
  const { at, step, attempt, worker, host, actor, reason, error } = row;
  const told = words(isReasonSaid ? { ...row, reason: null } : row, durationMs);
  return { at, ...told, step, attempt, worker, host, actor, reason, error, durationMs };
}

function words(row: StoryRow, durationMs: number | null): Told {
  switch (row.kind) {
    case 'created':
      return { kind: 'created', text: `The task was created${by(row)}${because(row)}.` };
    case 'started':
      return { kind: 'started', text: 'Its first step was taken.' };
    case 'annotated':
      return { kind: 'annotated', text: `It was annotated with "${row.to}"${by(row)}${because(row)}.` };
    case 'attempt_started':
      return { kind: 'attempt_started', text: `Attempt ${row.attempt} of "${row.step}" started on ${place(row)}.` };
    case 'task':
      return taskMove(row);
    case 'step':
      if (row.actor === null) return attemptEnd(row, durationMs);
      return row.to === 'skipped' && skipNote(row.metadata)
        ? leftOut(row)
        : { kind: 'operator', text: act(row, `step "${row.step}"`) };
  }
}

function taskMove(row: StoryRow): Told {
  if (row.actor !== null) return { kind: 'operator', text: act(row, 'the task') };
  const to = row.to as TaskState;
  if (!isTaskFinished(to)) return { kind: 'task_reopened', text: 'The task goes on.' };
  return {
    kind: 'task_ended',
    text:
      to === 'error'
        ? 'Nothing could move any more: the task ended in error.'
        : to === 'complete'
          ? 'Every step was satisfied: the task is complete.'
          : `The task ended: ${to}.`,
  };
}

function attemptEnd(row: StoryRow, durationMs: number | null): Told {
  const name = `Attempt ${row.attempt} of "${row.step}"`;
  const after = durationMs === null ? '' : ` after ${spell(durationMs)}`;
  const to = row.to as StepState;
  if (row.error) {
    const cause = `${row.error.kind === 'error' ? '' : `${row.error.kind}, `}${row.error.name}: ${row.error.message}`;
    const next =
      to === 'waiting_for_retry'
        ? 'It will be tried again later.'
        : to === 'ready'
          ? 'It is tried again at once.'
          : whyFinal(row.error.kind);
    return { kind: 'attempt_failed', text: `${name} failed${after} (${cause}). ${next}` };
  }
  if (to === 'complete') return { kind: 'attempt_completed', text: `${name} completed${after}.` };
  if (to === 'skipped') return leftOut(row);
  if (to === 'waiting') return { kind: 'step_waiting', text: `Step "${row.step}" waits; no worker is held by that.` };
  if (to === 'ready' && row.metadata?.['admitted'] === true)
    return { kind: 'step_admitted', text: `The condition of step "${row.step}" holds: it is queued for its handler.` };
  if (to === 'ready')
    return { kind: 'attempt_released', text: `${name} was given back unfinished: its worker stopped.` };
  return { kind: 'operator', text: `Step "${row.step}" became ${to}${row.reason === null ? '' : `: ${row.reason}`}.` };
}

/** By the request, by a branch, or by an operator who chose in its place. */
function leftOut(row: StoryRow): Told {
  const note = skipNote(row.metadata);
  const reason = (note?.reason ?? 'bypassed') as StepSkipReason;
  return {
    kind: 'step_skipped',
    text: `Step "${row.step}" was left out${by(row)}: ${skipWords(reason, note)}${because(row)}.`,
  };
}

function whyFinal(kind: StepFailure['kind']): string {
  return kind === 'permanent' || kind === 'invalid_input' || kind === 'invalid_result'
    ? 'No further attempt could mend that.'
    : 'It was the last attempt.';
}

/** An act of an operator names its verb; what has none is told by what it changed. */
function act(row: StoryRow, what: string): string {
  const verb = typeof row.metadata?.['verb'] === 'string' ? row.metadata['verb'] : 'change';
  const change = row.from === row.to ? '' : `: ${row.from} to ${row.to}`;
  return `${row.actor} did ${verb} on ${what}${change}${because(row)}.`;
}

/** The reason once, as it was given: without a full stop of its own. */
const because = ({ reason }: StoryRow): string => (reason === null ? '' : `, because: ${reason.replace(/\.$/, '')}`);

const by = ({ actor }: StoryRow): string => (actor === null ? '' : ` by ${actor}`);

const place = ({ worker, host, workerId }: StoryRow): string =>
  worker === null ? `worker ${workerId ?? 'unknown'}` : `worker ${worker} of ${host}`;
