import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Step, StepHandler, TaskTemplate } from '@tasker/nestjs';
import { TASKER_LOG } from '@tasker/nestjs/runtime';
import { Client } from 'pg';
import { oneStep, TestApps } from './support/boot-app';

const apps = new TestApps();
const root = mkdtempSync(join(tmpdir(), 'tasker-boot-'));
afterEach(() => apps.closeAll());
afterAll(() => rmSync(root, { recursive: true }));

@StepHandler('charge_card')
class ChargeCard {
  process(): void {}
}

@StepHandler('charge_card')
class ChargeCardToo {
  process(): void {}
}

@StepHandler('lazy')
class Lazy {}

describe('the boot', () => {
  it('reports every fault of templates and handlers in one error', async () => {
    @TaskTemplate({ name: 'declared' })
    class Declared {
      @Step() nothing: unknown;
    }
    const file = join(root, 'order.yaml');
    writeFileSync(file, 'name: order\nversion: 1.0.0\nstep_templates:\n  - name: a\n    handlr: a\n');
    const cycle = {
      ...{ name: 'cycle', version: '1.0.0' },
      steps: [
        { name: 'a', handler: 'charge_card', dependsOn: 'b' },
        { name: 'b', handler: 'charge_card', dependsOn: 'a' },
      ],
    };
    const templates = [file, join(root, 'none/*.yaml'), cycle, oneStep('misspelt', 'charge_crad')];
    const booting = apps.boot({ options: { templates }, providers: [ChargeCard, ChargeCardToo, Lazy, Declared] });
    const error = (await booting.catch((e: unknown) => e)) as { code: string; message: string };
    expect(error.code).toBe('TSK_BOOT_INVALID');
    for (const part of [
      /order\.yaml step_templates\[0\]\.handlr: .*did you mean "handler"/,
      /none\/\*\.yaml" is no file/,
      /templates\[2\] .*cycle/,
      /templates\[3\]|misspelt/,
      /no step handler is named "charge_crad"; did you mean "charge_card"\?/,
      /handlers\.charge_card: is the name of ChargeCard and of ChargeCardToo/,
      /handlers\.lazy: class Lazy has no method "process"/,
      /Declared\.nothing: needs "handler"/,
    ]) {
      expect(error.message).toMatch(part);
    }
  });

  it('touches no database before everything is checked', async () => {
    const url = await apps.database();
    await expect(apps.boot({ options: { templates: [oneStep('a')] } }, url)).rejects.toMatchObject({
      code: 'TSK_BOOT_INVALID',
    });
    const client = new Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query("select 1 from pg_namespace where nspname = 'tasker'");
    await client.end();
    expect(rows).toEqual([]);
  });

  it('asks for no handlers in role api', async () => {
    await expect(apps.boot({ options: { role: 'api', templates: [oneStep('remote')] } })).resolves.toBeDefined();
  });

  it('warns of handlers that no template uses', async () => {
    const warnings: string[] = [];
    const log = { debug() {}, info() {}, error() {}, warn: (message: string) => void warnings.push(message) };
    await apps.boot({
      providers: [ChargeCard],
      prepare: (builder) => builder.overrideProvider(TASKER_LOG).useValue(log),
    });
    expect(warnings).toEqual(['No template uses the step handler "charge_card" (ChargeCard).']);
  });

  it('refuses a changed template of the same version when told so, and revises it otherwise', async () => {
    const url = await apps.database();
    const sources = (handler: string) => [{ ...oneStep('changing', handler) }];
    await apps.boot({ options: { role: 'api', templates: sources('first') } }, url);
    const strict = { role: 'api', templates: { sources: sources('second'), onChange: 'error' } } as const;
    await expect(apps.boot({ options: strict }, url)).rejects.toMatchObject({
      code: 'TSK_TEMPLATE_CHANGED',
      details: [{ path: 'default.changing@1.0.0' }],
    });
    await expect(apps.boot({ options: { role: 'api', templates: sources('second') } }, url)).resolves.toBeDefined();
  });

  it('refuses to run on a schema it was told only to verify', async () => {
    const options = { database: { migrations: 'verify' } } as const;
    await expect(apps.boot({ options })).rejects.toMatchObject({ code: 'TSK_SCHEMA_MISMATCH' });
  });

  it('says when the database cannot be reached, and where it was looked for', async () => {
    const booting = apps.boot({ options: { database: { connectTimeoutMs: 0 } } }, 'postgres://nobody@localhost:1/none');
    await expect(booting).rejects.toMatchObject({
      code: 'TSK_DATABASE_UNAVAILABLE',
      message: expect.stringContaining('ECONNREFUSED 127.0.0.1:1'),
    });
  });

  it('says at once that the database does not exist, and how to make it', async () => {
    const url = new URL(await apps.database());
    url.pathname = '/nowhere';
    await expect(apps.boot({}, url.toString())).rejects.toMatchObject({
      ...{ code: 'TSK_DATABASE_UNAVAILABLE', message: expect.stringContaining('does not exist') },
      hint: expect.stringContaining('CREATE DATABASE'),
    });
  });
});
