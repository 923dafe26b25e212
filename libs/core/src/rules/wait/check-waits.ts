import type { JsonSchema } from '../../data/json-schema';
import { isRecord } from '../../data/record';
import type { Fault } from '../../errors/tasker-error';
import type { StepTemplateDefinition } from '../template/definition';
import { isAwaitedTime, type ApprovalDefinition, type WaitForDefinition } from './wait-definition';

/** Finds what is wrong with a JSON Schema, at paths below the second argument. */
type SchemaFaults = (schema: JsonSchema | undefined, path: string) => Fault[];

/**
 * What is wrong with how a step waits, beyond the shapes of its keys: what excludes each other, what says nothing.
 *
 * @param path of the step, with a dot at its end
 * @internal
 */
export function waitFaults(step: StepTemplateDefinition, path: string, schemas: SchemaFaults): Fault[] {
  const { waitFor, approval } = step;
  return [
    ...(step.sleepMs !== undefined && step.sleepUntil !== undefined
      ? [{ path: `${path}sleepUntil`, message: 'excludes sleepMs: a step sleeps in one way' }]
      : []),
    ...(isRecord(waitFor) ? waitForFaults(waitFor, `${path}waitFor`, schemas) : []),
    ...(isRecord(approval) ? approvalFaults(approval, `${path}approval`, schemas) : []),
  ];
}

function waitForFaults(waitFor: WaitForDefinition, path: string, schemas: SchemaFaults): Fault[] {
  const { signal, any, all, correlation, payloadSchema, max, timeoutMs, onTimeout } = waitFor;
  const faults: Fault[] = [];
  const ways = [signal, any, all].filter((way) => way !== undefined).length;
  if (ways !== 1) faults.push({ path, message: 'must have exactly one of signal, any and all' });
  for (const [key, value] of Object.entries({ correlation, payloadSchema, max })) {
    if (value !== undefined && signal === undefined) {
      faults.push({ path: `${path}.${key}`, message: 'belongs beside a signal' });
    }
  }
  if (onTimeout !== undefined && timeoutMs === undefined) {
    faults.push({ path: `${path}.onTimeout`, message: 'needs timeoutMs: without it the wait has no end' });
  }
  faults.push(...schemas(payloadSchema, `${path}.payloadSchema`));
  if (Array.isArray(any)) faults.push(...thingFaults(any, `${path}.any`, schemas));
  if (Array.isArray(all)) faults.push(...thingFaults(all, `${path}.all`, schemas));
  if (Array.isArray(any) && any.filter(isRecord).some(isAwaitedTime) && timeoutMs !== undefined) {
    faults.push({ path: `${path}.timeoutMs`, message: 'is never reached beside a sleep: one of any ends the wait' });
  }
  return faults;
}

function thingFaults(things: readonly unknown[], path: string, schemas: SchemaFaults): Fault[] {
  const faults: Fault[] = [];
  const names = new Set<unknown>();
  let times = 0;
  things.forEach((thing, index) => {
    if (!isRecord(thing)) return;
    const at = `${path}[${index}]`;
    const isTime = isAwaitedTime(thing);
    const { signal, sleepMs, sleepUntil, payloadSchema } = thing;
    const ways = [signal, sleepMs, sleepUntil].filter((way) => way !== undefined).length;
    if (ways !== 1) faults.push({ path: at, message: 'must have exactly one of signal, sleepMs and sleepUntil' });
    else if (isTime && ++times === 2) faults.push({ path: at, message: 'is a second time: one is enough' });
    else if (!isTime && names.size === names.add(signal).size) {
      faults.push({ path: `${at}.signal`, message: `"${String(signal)}" is waited for twice` });
    }
    faults.push(...schemas(payloadSchema as JsonSchema | undefined, `${at}.payloadSchema`));
  });
  if (things.length > 0 && times === things.length && times === 1) {
    faults.push({ path, message: 'waits for no signal: a step that only sleeps has sleepMs or sleepUntil' });
  }
  return faults;
}

function approvalFaults(approval: ApprovalDefinition, path: string, schemas: SchemaFaults): Fault[] {
  const { deadlineMs, escalate, onTimeout, form } = approval;
  const faults = schemas(form, `${path}.form`);
  if (onTimeout !== undefined && deadlineMs === undefined) {
    faults.push({ path: `${path}.onTimeout`, message: 'needs deadlineMs: without it the wait has no end' });
  }
  if (isRecord(escalate) && deadlineMs !== undefined && escalate.afterMs >= deadlineMs) {
    faults.push({ path: `${path}.escalate.afterMs`, message: 'must be less than deadlineMs' });
  }
  return faults;
}
