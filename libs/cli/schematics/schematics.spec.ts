import { HostTree, type Rule, type SchematicContext } from '@angular-devkit/schematics';
import { parseTemplateYaml } from '@tasker/core';
import { check, resolveConfig } from 'prettier';
import { handler } from './handler';
import { nestAdd } from './nest-add';
import { subscriber } from './subscriber';
import { template } from './template';

const MODULE = `import { Module } from '@nestjs/common';

@Module({
  imports: [],
  providers: [],
})
export class AppModule {}
`;

/** Runs a rule on an application with these files; what it made of them, and what it said. */
async function applied(rule: Rule, files: Record<string, string> = {}): Promise<{ tree: HostTree; said: string[] }> {
  const tree = new HostTree();
  const said: string[] = [];
  for (const [path, text] of Object.entries({ 'src/app.module.ts': MODULE, 'package.json': '{}', ...files }))
    tree.create(path, text);
  const say = (line: string): void => void said.push(line);
  await rule(tree, { logger: { info: say, warn: say } } as unknown as SchematicContext);
  return { tree, said };
}

describe('nest add', () => {
  it('imports the module, and makes an example that is sound', async () => {
    const { tree } = await applied(nestAdd({}));
    expect(tree.readText('src/app.module.ts')).toContain("database: { url: process.env['DATABASE_URL'] ?? '' }");
    expect(tree.readText('src/app.module.ts')).toContain(
      "import { PrepareGreeting, DeliverGreeting } from './tasks/hello.handlers';",
    );
    expect(parseTemplateYaml(tree.readText('tasks/hello.yaml'), { source: 'hello' })[0]?.steps).toHaveLength(2);
    expect(tree.readText('.env.example')).toContain('DATABASE_URL=');
  });

  it('asks the ConfigService where the application has one', async () => {
    const manifest = JSON.stringify({ type: 'module', dependencies: { '@nestjs/config': '4.0.0' } });
    const module = MODULE.replace('imports: []', 'imports: [ConfigModule.forRoot()]').replace(
      /^/,
      "import { ConfigModule } from '@nestjs/config';\n",
    );
    const { tree } = await applied(nestAdd({ sourceRoot: 'src' }), {
      'package.json': manifest,
      '.env.example': 'PORT=1',
      'src/app.module.ts': module,
    });
    const text = tree.readText('src/app.module.ts');
    expect(text).toContain('TaskerModule.forRootAsync({');
    expect(text).toContain("import { ConfigModule, ConfigService } from '@nestjs/config';");
    expect(text).toContain("from './tasks/hello.handlers.js'");
    expect(tree.readText('.env.example')).toMatch(/^PORT=1\n# [^]*\nDATABASE_URL=/);
  });

  it('leaves out the example, and says which peers are missing', async () => {
    const { tree, said } = await applied(nestAdd({ example: false }), {
      'package.json': '{"dependencies":{"pg":"8.0.0"}}',
    });
    expect(tree.exists('tasks/hello.yaml')).toBe(false);
    expect(said.join('\n')).toContain('npm install typeorm reflect-metadata rxjs');
  });

  it('says what to add by hand to a module it cannot read, and does the rest', async () => {
    const { tree, said } = await applied(nestAdd({ module: 'src/other.module.ts' }));
    expect(said.join('\n')).toMatch(
      /src\/other\.module\.ts was left alone: there is no such file[^]*TaskerModule\.forRoot/,
    );
    expect(tree.readText('src/app.module.ts')).toBe(MODULE);
    expect(tree.exists('tasks/hello.yaml')).toBe(true);
  });
});

describe('generators', () => {
  it.each(['chargeCard', 'charge-card', 'ChargeCard', 'charge_card', 'charge card'])(
    'name a handler the same, however it is written: %s',
    async (name) => {
      const { tree } = await applied(handler({ name }));
      expect(tree.readText('src/tasks/charge-card.handler.ts')).toContain(
        "@StepHandler('charge_card')\nexport class ChargeCard",
      );
      expect(tree.exists('src/tasks/charge-card.handler.spec.ts')).toBe(true);
      expect(tree.readText('src/app.module.ts')).toContain('providers: [ChargeCard]');
    },
  );

  it('write elsewhere, without a spec, and leave what is there', async () => {
    const { tree, said } = await applied(handler({ name: 'x', path: 'src/billing', spec: false }), {
      'src/billing/x.handler.ts': 'mine',
    });
    expect(tree.readText('src/billing/x.handler.ts')).toBe('mine');
    expect(tree.exists('src/billing/x.handler.spec.ts')).toBe(false);
    expect(said).toEqual(['src/billing/x.handler.ts is there already.']);
    expect(tree.readText('src/app.module.ts')).toContain("from './billing/x.handler'");
  });

  it('make a template that is sound, with a handler for each step', async () => {
    const options = {
      name: 'ImportOrder',
      namespace: 'shop',
      templateVersion: '1.2.0',
      description: 'say "hi"',
      steps: 'fetch, storeOrder',
    };
    const { tree } = await applied(template(options));
    const [made] = parseTemplateYaml(tree.readText('tasks/import-order.yaml'), { source: 'x' });
    expect(made).toMatchObject({ namespace: 'shop', name: 'import_order', version: '1.2.0', description: 'say "hi"' });
    expect(made?.steps).toMatchObject([
      { name: 'fetch' },
      { name: 'store_order', handler: 'store_order', dependsOn: ['fetch'] },
    ]);
    expect(tree.exists('src/tasks/store-order.handler.ts')).toBe(true);
    expect(tree.readText('src/app.module.ts')).toContain('providers: [Fetch, StoreOrder]');
  });

  it('make a subscriber to the events that are asked for', async () => {
    const { tree } = await applied(subscriber({ name: 'audit-subscriber', events: 'step.failed, task.failed' }));
    const text = tree.readText('src/tasks/audit.subscriber.ts');
    expect(text).toContain("@OnTaskerEvent('step.failed', 'task.failed')");
    expect(text).toContain('export class AuditSubscriber');
  });

  it('write as the formatter of the application does, but not in a module that it does not format', async () => {
    const { tree } = await applied(handler({ name: 'x' }));
    for (const file of ['src/tasks/x.handler.ts', 'src/tasks/x.handler.spec.ts', 'src/app.module.ts']) {
      expect(await check(tree.readText(file), { ...(await resolveConfig(__filename)), filepath: file })).toBe(true);
    }
    const tabbed = MODULE.replaceAll('  ', '\t');
    const { tree: other } = await applied(handler({ name: 'x' }), { 'src/app.module.ts': tabbed });
    expect(other.readText('src/app.module.ts')).toContain('\tproviders: [X],');
  });

  it('refuse what is no name', async () => {
    for (const rule of [handler({ name: '7' }), template({ name: '-' }), subscriber({ name: '' })]) {
      await expect(applied(rule)).rejects.toThrow('is no name for a');
    }
  });
});
