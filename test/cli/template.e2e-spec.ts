import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Scene } from './support/scene';
import { tasker } from './support/tasker';

const ORDER = `namespace_name: shop
name: order
version: 1.10.0
schema:
  type: object
  properties:
    order: { type: string }
search_attributes:
  - { name: order }
step_templates:
  - { name: validate, handler: work }
  - { name: charge, handler: work, depends_on_step: validate }
  - { name: newsletter, handler: work, depends_on_step: validate, skippable: true }
  - { name: ship, handler: work, depends_on_steps: [charge, newsletter] }
`;

let folder: string;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'tasker-cli-'))));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  return path;
}

describe('tasker template lint', () => {
  it('finds nothing wrong with sound files', async () => {
    file('sound/deep/order.yaml', ORDER);
    const { exitCode, stdout } = await tasker(['template', 'lint', join(folder, 'sound')]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '1 file, 1 sound template, 0 faults\n' });
  });

  it('reports every fault of every file, with its line and path', async () => {
    const bad = file(
      'bad.yaml',
      `${ORDER.replace('handler: work }', 'handlr: work }')}  - { name: bill, handler: work, depends_on_step: chrge }\n`,
    );
    const twice = [file('one.yaml', ORDER), file('two.yaml', ORDER)];
    const [people, script] = await Promise.all([
      tasker(['template', 'lint', bad, ...twice]),
      tasker(['template', 'lint', bad, ...twice, '--json']),
    ]);
    const { faults, templates } = JSON.parse(script.stdout) as {
      faults: { file: string; line: number; path: string; message: string }[];
      templates: string[];
    };
    expect({ exitCode: script.exitCode, templates }).toEqual({ exitCode: 1, templates: ['shop.order@1.10.0'] });
    expect(faults.map(({ line, path }) => `${line} ${path}`)).toEqual([
      ...[
        '11 step_templates[0].handlr',
        '11 step_templates[0].handler',
        '15 step_templates[4].depends_on_step',
        '1 name',
      ],
    ]);
    expect(faults.find(({ line }) => line === 15)?.message).toContain('did you mean "charge"?');
    expect(people.stdout).toContain(`${bad}:15: step_templates[4].depends_on_step: there is no step "chrge"`);
    expect(people.stdout).toMatch(/^3 files, 1 sound template, 4 faults$/m);
  });

  it('reads a file as in an environment', async () => {
    const path = file('environment.yaml', `${ORDER}environments:\n  production:\n    version: nonsense\n`);
    const [plain, production] = await Promise.all([
      tasker(['template', 'lint', path]),
      tasker(['template', 'lint', path, '-e', 'production']),
    ]);
    expect([plain.exitCode, production.exitCode]).toEqual([0, 1]);
  });

  it('exits with 3 for what does not exist', async () => {
    expect((await tasker(['template', 'lint', join(folder, 'gone.yaml')])).exitCode).toBe(3);
  });
});

describe('tasker template graph', () => {
  it('draws levels and Mermaid', async () => {
    const path = file('order.yaml', ORDER);
    const [people, levels, script] = await Promise.all([
      tasker(['template', 'graph', path]),
      tasker(['template', 'graph', path, '--format', 'levels']),
      tasker(['template', 'graph', path, '--json']),
    ]);
    expect(levels.stdout).toBe(
      [
        '1 - validate',
        '2 / charge     <- validate',
        '  \\ newsletter <- validate',
        '3 - ship       <- charge, newsletter',
        '',
      ].join('\n'),
    );
    expect(people.stdout).toContain('flowchart TD');
    expect(people.stdout).toContain(levels.stdout);
    expect(JSON.parse(script.stdout)).toMatchObject({
      template: 'shop.order@1.10.0',
      levels: [['validate'], ['charge', 'newsletter'], ['ship']],
    });
  });

  it('wants to know which template of a file', async () => {
    const path = file('several.yaml', `${ORDER}---\n${ORDER.replace('name: order', 'name: refund')}`);
    const [open, chosen, wrong, faulty] = await Promise.all([
      tasker(['template', 'graph', path]),
      tasker(['template', 'graph', path, '-t', 'refund', '--json']),
      tasker(['template', 'graph', path, '-t', 'refnd']),
      tasker(['template', 'graph', file('faulty.yaml', 'name: x\n')]),
    ]);
    expect(open).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('order, refund') as string });
    expect(chosen).toMatchObject({ exitCode: 0, stdout: expect.stringContaining('shop.refund@1.10.0') as string });
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Did you mean refund?') as string });
    expect(faulty).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('TSK_TEMPLATE_INVALID') as string });
  });
});

describe('tasker template diff', () => {
  it('of two files tells steps and fields apart', async () => {
    const one = file('1.yaml', ORDER);
    const two = file(
      '2.yaml',
      ORDER.replace('name: newsletter, handler: work', 'name: newsletter, handler: mail').replace(
        /.*name: ship.*\n/,
        '',
      ),
    );
    const { exitCode, stdout } = await tasker(['template', 'diff', one, two, '--json']);
    const { equal, differences } = JSON.parse(stdout) as { equal: boolean; differences: object[] };
    expect({ exitCode, equal }).toEqual({ exitCode: 1, equal: false });
    expect(differences).toMatchObject([
      { path: 'steps.newsletter.handler', kind: 'changed', from: 'work', to: 'mail' },
      { path: 'steps.ship', kind: 'removed', to: null },
    ]);
    expect((await tasker(['template', 'diff', one, two])).stdout).toContain(
      '~ steps.newsletter.handler: "work" -> "mail"',
    );
    expect(await tasker(['template', 'diff', one, one])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('No difference') as string,
    });
  });
});

describe('registered templates', () => {
  const scene = new Scene();
  beforeAll(() => scene.open());
  afterAll(() => scene.close());

  it.each(['database', 'rest'] as const)('are drawn by way of the %s, the highest version by default', async (way) => {
    scene.way = way;
    expect(await scene.json('template', 'graph', 'shop.order')).toMatchObject({
      levels: [['validate'], ['charge', 'newsletter'], ['ship']],
    });
    expect(await scene.json('template', 'graph', 'shop.order@1.2.0')).toMatchObject({
      levels: [['validate'], ['charge']],
    });
    expect(await scene.error('template', 'graph', 'shop.ordre')).toMatchObject({ exitCode: 3 });
  });

  it.each(['database', 'rest'] as const)('are compared by way of the %s', async (way) => {
    scene.way = way;
    const path = file('registered.yaml', ORDER);
    expect(await scene.run(['template', 'diff', path])).toMatchObject({ exitCode: 0 });
    const changed = file('changed.yaml', ORDER.replace('skippable: true', 'skippable: false'));
    const { exitCode, stdout } = await scene.run(['template', 'diff', changed]);
    expect({ exitCode, line: stdout.split('\n')[2] }).toEqual({
      exitCode: 1,
      line: '~ steps.newsletter.skippable: true -> false',
    });
    const versions = await scene.run(['template', 'diff', 'shop.order@1.2.0', 'shop.order@1.10.0']);
    expect(versions.stdout).toContain('+ steps.ship: ');
  });
});
