import { PermanentError } from '../../errors/step-errors';
import { TEXT_LIMITS } from '../request/field-limits';
import type { StepTemplateDefinition } from '../template/definition';
import { isAwaitedTime, type ApprovalDefinition, type Awaited, type AwaitedSignal } from './wait-definition';
import type { AwaitedTime, WaitForDefinition } from './wait-definition';
import type { Moment, NewWait, NewWaitSignal } from './step-wait';

/** Gives the value of an expression of the step: JSON, or a Date. */
export type Evaluate = (expression: string) => Promise<unknown>;

/** The last time that PostgreSQL and JavaScript both write: the end of the year 9999. */
const LATEST = Date.UTC(9999, 11, 31);

const NOTHING = { signals: [], all: false, due: null, interim: null, approval: null } as const;

/**
 * What a step begins to wait for.
 *
 * @param evaluate gives the values of its expressions
 * @throws {PermanentError} TSK_EXPRESSION_FAILED when one gives no time, or no key
 */
export async function planWait(step: StepTemplateDefinition, evaluate: Evaluate): Promise<NewWait> {
  if (step.approval) return approvalWait(step.approval);
  if (step.waitFor) return signalWait(step.waitFor, evaluate);
  return { ...NOTHING, kind: 'sleep', due: await momentOf(step, evaluate) };
}

async function signalWait(waitFor: WaitForDefinition, evaluate: Evaluate): Promise<NewWait> {
  const { any, all, signal, timeoutMs, max = 1 } = waitFor;
  const things: readonly Awaited[] = any ?? all ?? [{ ...waitFor, signal: signal ?? '' }];
  const signals: NewWaitSignal[] = [];
  let moment: Moment | null = null;
  for (const thing of things) {
    if (isAwaitedTime(thing)) moment = await momentOf(thing, evaluate);
    else signals.push({ name: thing.signal, key: await keyOf(thing, evaluate), max });
  }
  const timeout = timeoutMs === undefined ? null : { inMs: timeoutMs };
  const times = all ? { due: timeout, interim: moment } : { due: moment ?? timeout, interim: null };
  return { ...NOTHING, kind: 'signal', signals, all: all !== undefined, ...times };
}

function approvalWait(approval: ApprovalDefinition): NewWait {
  const {
    title,
    description = null,
    form = null,
    assignees = [],
    notInitiator = false,
    deadlineMs,
    escalate,
  } = approval;
  return {
    ...NOTHING,
    kind: 'approval',
    due: deadlineMs === undefined ? null : { inMs: deadlineMs },
    interim: escalate ? { inMs: escalate.afterMs } : null,
    approval: { title, description, form, assignees, notInitiator, escalateTo: escalate?.to ?? null },
  };
}

async function momentOf({ sleepMs, sleepUntil }: AwaitedTime, evaluate: Evaluate): Promise<Moment> {
  if (sleepUntil === undefined) return { inMs: sleepMs ?? 0 };
  const value = await evaluate(sleepUntil);
  const at = value instanceof Date ? value.getTime() : typeof value === 'string' ? Date.parse(value) : NaN;
  if (Number.isFinite(at) && Math.abs(at) <= LATEST) return { at };
  throw notA('a time', sleepUntil, value);
}

async function keyOf({ correlation }: AwaitedSignal, evaluate: Evaluate): Promise<string | null> {
  if (correlation === undefined) return null;
  const value = await evaluate(correlation);
  const key = typeof value === 'number' ? String(value) : value;
  if (typeof key === 'string' && isSignalKey(key)) return key;
  throw notA(`a key: text of 1 to ${TEXT_LIMITS.signalKey} characters that does not begin with @`, correlation, value);
}

/** What begins with @ is Tasker's own. */
export const isSignalKey = (key: string): boolean =>
  key.length > 0 && key.length <= TEXT_LIMITS.signalKey && !key.startsWith('@') && !key.includes('\0');

const notA = (what: string, expression: string, value: unknown): PermanentError =>
  new PermanentError(`The expression "${expression}" gives ${value === null ? 'null' : typeof value}, not ${what}.`, {
    code: 'TSK_EXPRESSION_FAILED',
    context: { expression },
  });
