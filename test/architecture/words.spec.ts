import { basename } from 'node:path';
import ts from 'typescript';
import { type DeclaredName, declaredNames, wordsOf } from './support/declared-names';
import { parse, place, publishedFiles } from './support/source-files';

/** Words of other systems for what has one name here; the right word stands beside each. */
const FORBIDDEN: Record<string, string> = {
  project: 'namespace',
  tenant: 'namespace',
  'workflow definition': 'task template',
  'named task': 'task template',
  activity: 'step template, step handler',
  activities: 'step templates, step handlers',
  job: 'task, step',
  jobs: 'tasks, steps',
  'workflow run': 'task',
  'task run': 'task',
  'task instance': 'task',
  'step instance': 'step',
  'workflow instance': 'task',
  processor: 'step handler',
  processors: 'step handlers',
  payload: 'step context, or what it holds',
  payloads: 'step contexts, or what they hold',
  manager: 'the role it plays: dispatcher, executor, settler, rescuer, scheduler',
  managers: 'the roles they play',
  helper: 'what it does',
  helpers: 'what they do',
  util: 'what it does',
  utils: 'what they do',
};

/** TypeORM's word for what carries a transaction; users write `{ manager }`. */
const TYPEORM_NAMES = new Set(['manager', 'entityManager']);

describe('the glossary', () => {
  it.each([
    ['jobQueue', 'job queue'],
    ['JOB_QUEUE', 'job queue'],
    ['HTTPJob2Payload', 'http job2 payload'],
    ['#workflowRun', 'workflow run'],
  ])('splits %s into words', (name, words) => {
    expect(wordsOf(name).join(' ')).toBe(words);
  });

  it.each([
    ['class UtilBelt {}', 'UtilBelt'],
    ['function f(jobs: string[], payload: string) {}', 'jobs, payload'],
    ['const { a: taskRun } = x;', 'taskRun'],
    ['interface StepInstance { namedTask: string }', 'StepInstance, namedTask'],
    ["import { a as helper } from 'elsewhere';", 'helper'],
  ])('finds the forbidden name in %s', (source, names) => {
    expect(forbiddenIn('src/sample.ts', source).join(', ')).toBe(names);
  });

  it.each([
    ['libs/core/src/events/sample.ts', 'interface TaskerEvent { payload: unknown }'],
    ['libs/core/src/rules/wait/check-signal.ts', 'interface Taken { payload: unknown }'],
    ['src/sample.ts', 'function publish(event: string, payload: object) {}'],
    ['src/sample.ts', 'function create(options: { manager: EntityManager }) { const { payload } = event; }'],
    ['src/sample.ts', 'const instance = 1, utility = 2, jobless = 3, projection = 4;'],
  ])('allows in %s: %s', (file, source) => {
    expect(forbiddenIn(file, source)).toEqual([]);
  });

  it('is kept by every name that the code declares', () => {
    const faults = publishedFiles().flatMap((file) =>
      declaredNames(parse(file))
        .map((declared) => ({ declared, word: forbiddenWord(file, declared) }))
        .filter(({ word }) => word !== undefined)
        .map(({ declared, word }) => `${place(declared.node)} ${declared.name}: say ${FORBIDDEN[word ?? '']}`),
    );
    expect(faults).toEqual([]);
  });

  it('is kept by every file name', () => {
    const names = publishedFiles().map((file) => ({ file, words: ` ${wordsOf(basename(file, '.ts')).join(' ')} ` }));
    const faults = names.filter(({ words }) => Object.keys(FORBIDDEN).some((word) => words.includes(` ${word} `)));
    expect(faults.map(({ file }) => file)).toEqual([]);
  });
});

function forbiddenIn(file: string, source: string): string[] {
  return declaredNames(parse(file, source))
    .filter((declared) => forbiddenWord(file, declared) !== undefined)
    .map(({ name }) => name);
}

function forbiddenWord(file: string, { name, node }: DeclaredName): string | undefined {
  if (TYPEORM_NAMES.has(name) || isEventPayload(file, name, node)) return undefined;
  const words = ` ${wordsOf(name).join(' ')} `;
  return Object.keys(FORBIDDEN).find((word) => words.includes(` ${word} `));
}

/** Events and signals have payloads: in the files that are about them, and beside a parameter that names the event. */
function isEventPayload(file: string, name: string, node: ts.Node): boolean {
  if (!wordsOf(name).some((word) => word.startsWith('payload'))) return false;
  const parameter = node.parent;
  return (
    /\b(events?|signals?|waits?)\b/.test(file) ||
    (ts.isParameter(parameter) && parameter.parent.parameters.some(({ name: other }) => other.getText() === 'event'))
  );
}
