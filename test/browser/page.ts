import * as checks from '../../libs/core/fixtures/answers';
import { interpretedSchemas } from '../../libs/core/fixtures/interpreted-schemas';

/** One case that came to something else. */
interface Failure {
  readonly rule: string;
  readonly name: string;
  readonly found: unknown;
  readonly expected: unknown;
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** The same data give the same text: places of faults are in order, keys are sorted. */
const told = (value: unknown): string => JSON.stringify(sorted(checks.withoutWords(value)));

const sorted = (value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(sorted);
  return Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, entry]) => [key, sorted(entry)]);
};

/** Whether this page may make code from text: the run would prove nothing then. */
function makesCode(): boolean {
  try {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- that it fails is what is asked
    return new Function('return true')() as boolean;
  } catch {
    return false;
  }
}

/** Holds the rules, as this page runs them, to the cases. */
async function run(files: readonly checks.Fixtures[]): Promise<{ passed: number; failures: Failure[] }> {
  const failures: Failure[] = [];
  let passed = 0;
  for (const { rule, cases } of files) {
    for (const { name, input, expected } of cases) {
      const found = await checks
        .answer(rule, input, { schemas: interpretedSchemas, sha256 })
        .catch((error: unknown) => String(error));
      if (told(found) === told(expected)) passed++;
      else failures.push({ rule, name, found, expected });
    }
  }
  return { passed, failures };
}

/** By itself: what a debugger calls may make code whatever the policy of the page says. */
async function report(): Promise<void> {
  const files = (await (await fetch('/cases.json')).json()) as checks.Fixtures[];
  const result = await run(files);
  Object.assign(globalThis, { report: { ...result, makesCode: makesCode() } });
}

void report();
