import { HostTree, type Rule, type SchematicContext } from '@angular-devkit/schematics';
import { parseTemplateYaml } from '@tasker/core';
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
function applied(rule: Rule, files: Record<string, string> = {}): { tree: HostTree; said: string[] } {
  const tree = new HostTree();
  const said: string[] = [];
  for (const [path, text] of Object.entries({ 'src/app.module.ts': MODULE, 'package.json': '{}', ...files }))
    tree.create(path, text);
  const say = (line: string): void => void said.push(line);
  void rule(tree, { logger: { info: say, warn: say } } as unknown as SchematicContext);
  return { tree, said };
}

describe('nest add', () => {
  it('imports the module, and makes an example that is sound', () => {
    const { tree } = applied(nestAdd({}));
    expect(tree.readText('src/app.module.ts')).toContain("database: { url: process.env['DATABASE_URL'] ?? '' }");
    expect(tree.readText('src/app.module.ts')).toContain(
      "import { PrepareGreeting, DeliverGreeting } from './tasks/hello.handlers';",
    );
    expect(parseTemplateYaml(tree.readText('tasks/hello.yaml'), { source: 'hello' })[0]?.steps).toHaveLength(2);
    expect(tree.readText('.env.example')).toContain('DATABASE_URL=');
  });

  it('asks the ConfigService where the application has one', () => {
    const manifest = JSON.stringify({ type: 'module', dependencies: { '@nestjs/config': '4.0.0' } });
    const module = MODULE.replace('imports: []', 'imports: [ConfigModule.forRoot()]').replace(
      /^/,
      "import { ConfigModule } from '@nestjs/config';\n",
    );
    const { tree } = applied(nestAdd({ sourceRoot: 'src' }), {
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

  it('leaves out the example, and says which peers are missing', () => {
    const { tree, said } = applied(nestAdd({ example: false }), { 'package.json': '{"dependencies":{"pg":"8.0.0"}}' });
    expect(tree.exists('tasks/hello.yaml')).toBe(false);
    expect(said.join('\n')).toContain('npm install typeorm reflect-metadata rxjs');
  });

  it('says what to add by hand to a module it cannot read, and does the rest', () => {
    const { tree, said } = applied(nestAdd({ module: 'src/other.module.ts' }));
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
    (name) => {
      const { tree } = applied(handler({ name }));
      expect(tree.readText('src/tasks/charge-card.handler.ts')).toContain(
        "@StepHandler('charge_card')\nexport class ChargeCard",
      );
      expect(tree.exists('src/tasks/charge-card.handler.spec.ts')).toBe(true);
      expect(tree.readText('src/app.module.ts')).toContain('providers: [ChargeCard]');
    },
  );

  it('write elsewhere, without a spec, and leave what is there', () => {
    const { tree, said } = applied(handler({ name: 'x', path: 'src/billing', spec: false }), {
      'src/billing/x.handler.ts': 'mine',
    });
    expect(tree.readText('src/billing/x.handler.ts')).toBe('mine');
    expect(tree.exists('src/billing/x.handler.spec.ts')).toBe(false);
    expect(said).toEqual(['src/billing/x.handler.ts is there already.']);
    expect(tree.readText('src/app.module.ts')).toContain("from './billing/x.handler'");
  });

  it('make a template that is sound, with a handler for each step', () => {
    const options = {
      name: 'ImportOrder',
      namespace: 'shop',
      templateVersion: '1.2.0',
      description: 'say "hi"',
      steps: 'fetch, storeOrder',
    };
    const { tree } = applied(template(options));
    const [made] = parseTemplateYaml(tree.readText('tasks/import-order.yaml'), { source: 'x' });
    expect(made).toMatchObject({ namespace: 'shop', name: 'import_order', version: '1.2.0', description: 'say "hi"' });
    expect(made?.steps).toMatchObject([
      { name: 'fetch' },
      { name: 'store_order', handler: 'store_order', dependsOn: ['fetch'] },
    ]);
    expect(tree.exists('src/tasks/store-order.handler.ts')).toBe(true);
    expect(tree.readText('src/app.module.ts')).toContain('providers: [Fetch, StoreOrder]');
  });

  it('make a subscriber to the events that are asked for', () => {
    const { tree } = applied(subscriber({ name: 'audit-subscriber', events: 'step.failed, task.failed' }));
    const text = tree.readText('src/tasks/audit.subscriber.ts');
    expect(text).toContain("@OnTaskerEvent('step.failed', 'task.failed')");
    expect(text).toContain('export class AuditSubscriber');
  });

  it('refuse what is no name', () => {
    for (const rule of [handler({ name: '7' }), template({ name: '-' }), subscriber({ name: '' })]) {
      expect(() => applied(rule)).toThrow('is no name for a');
    }
  });
});
