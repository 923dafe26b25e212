import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { defineTask } from '@tasker/core';
import { loadTemplates } from './load-templates';
import type { TemplateSource } from './template-source';

let root: string;

beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'tasker-templates-'))));
afterEach(() => rmSync(root, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(root, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

const yaml = (name: string, more = ''): string =>
  `name: ${name}\nversion: 1.0.0\nstep_templates:\n  - name: one\n    handler: do_one\n${more}`;

function load(sources: readonly TemplateSource[], over: Partial<Parameters<typeof loadTemplates>[1]> = {}) {
  return loadTemplates(sources, {
    sources,
    environment: undefined,
    env: {},
    onChange: 'revise',
    handlers: {},
    stepDefaults: {},
    ...over,
  });
}

const namesOf = ({ templates }: ReturnType<typeof load>): string[] =>
  templates.map(({ definition }) => definition.name);

describe('loadTemplates', () => {
  it('reads files by path and by glob, each once, sorted by path', () => {
    const b = file('b.yaml', yaml('b'));
    file('deep/er/a.yaml', yaml('a'));
    file('deep/er/notes.txt', 'no template');
    const loaded = load([b, join(root, '**/*.yaml'), b]);
    expect(loaded.faults).toEqual([]);
    expect(namesOf(loaded)).toEqual(['b', 'a']);
    expect(loaded.templates[0]?.origin).toBe(relative(process.cwd(), b));
  });

  it('reads a path that has glob characters in it', () => {
    expect(namesOf(load([file('[draft] (1).yaml', yaml('odd'))]))).toEqual(['odd']);
  });

  it('reports patterns without a file and paths that cannot be read', () => {
    const { faults } = load([join(root, 'none/*.yaml'), join(root, 'gone.yaml'), root]);
    expect(faults.map(({ message }) => message)).toEqual([
      expect.stringContaining('none/*.yaml" is no file of'),
      expect.stringContaining('gone.yaml" is no file of'),
      expect.stringContaining('cannot be read: EISDIR'),
    ]);
  });

  it('hands environment, variables and class names to the parser', () => {
    const path = file(
      'a.yaml',
      yaml('a', '    handler_config: { url: "${BASE}/x" }\nenvironments:\n  staging:\n    version: 1.0.1\n'),
    );
    const { templates, faults } = load([path], {
      environment: 'staging',
      env: { BASE: 'http://base' },
      handlers: { do_one: 'do_two' },
    });
    expect(faults).toEqual([]);
    expect(templates[0]?.definition).toMatchObject({
      version: '1.0.1',
      steps: [{ handler: 'do_two', handlerConfig: { url: 'http://base/x' } }],
    });
  });

  it('takes templates as objects and as built tasks, with their functions', () => {
    const process = (): string => 'done';
    const built = defineTask({ name: 'built', version: '1.0.0' }).step('one', { process }).build();
    const loaded = load([{ name: 'object', version: '1.0.0', steps: [{ name: 'one', handler: 'do_one' }] }, built]);
    expect(loaded.faults).toEqual([]);
    expect(namesOf(loaded)).toEqual(['object', 'built']);
    expect([...loaded.inlineHandlers]).toEqual([['default.built.one', process]]);
  });

  it('gives steps that say nothing the defaults of the application, whatever they are written in', () => {
    const path = file('own.yaml', `${yaml('own')}    default_retry_limit: 2\n    retry:\n      initial_ms: 5\n`);
    const built = defineTask({ name: 'built', version: '1.0.0' })
      .step('one', { process: () => 1 })
      .build();
    const object = { name: 'object', version: '1.0.0', steps: [{ name: 'one', handler: 'do_one', retryLimit: 9 }] };
    const stepDefaults = { retryLimit: 7, backoff: { maxMs: 100, delaysMs: [1, 2] } };
    const { templates, faults } = load([file('plain.yaml', yaml('plain')), path, built, object], { stepDefaults });
    expect(faults).toEqual([]);
    const found = Object.fromEntries(
      templates.map(({ definition: { name, steps } }) => [name, [steps[0]?.retryLimit, steps[0]?.backoff]]),
    );
    expect(found).toEqual({
      plain: [7, { maxMs: 100, delaysMs: [1, 2] }],
      own: [2, { maxMs: 100, initialMs: 5 }],
      built: [7, { maxMs: 100, delaysMs: [1, 2] }],
      object: [9, { maxMs: 100, delaysMs: [1, 2] }],
    });
  });

  it('reports the faults of all sources, each with its place', () => {
    const path = file('broken.yaml', 'name: broken\nversion: 1.0.0\nstep_templates:\n  - name: one\n    handlr: x\n');
    const bad = { name: 'bad', version: 'one', steps: [{ name: 'a', handler: 'a', dependsOn: 'b' }] };
    const good = { name: 'good', version: '1.0.0', steps: [{ name: 'a', handler: 'a' }] };
    const loaded = load([path, bad, good]);
    expect(namesOf(loaded)).toEqual(['good']);
    expect(loaded.faults.map((fault) => fault.path)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('broken.yaml step_templates[0].handlr'),
        'templates[1] version',
        'templates[1] steps[0].dependsOn[0]',
      ]),
    );
  });
});
