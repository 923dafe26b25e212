import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StepHandler, TaskerService, type StepContext } from '@tasker/nestjs';
import { from, TestApps } from './support/boot-app';

const apps = new TestApps();
const root = mkdtempSync(join(tmpdir(), 'tasker-live-'));
afterEach(() => apps.closeAll());
afterAll(() => rmSync(root, { recursive: true }));

@StepHandler('call')
class Call {
  process({ config }: StepContext): unknown {
    return config;
  }
}

const file = join(root, 'call.yaml');
const write = (config: string, more = ''): void =>
  writeFileSync(
    file,
    `name: call\nversion: 1.0.0\n${more}step_templates:\n  - name: only\n    handler: call\n    handler_config:\n      ${config}\n`,
  );

const boot = (env: Record<string, string>, url: string, role: 'all' | 'api' = 'all') =>
  apps.boot({ providers: [Call], options: { role, templates: { sources: [file], env, onChange: 'error' } } }, url);

async function configOf(app: Awaited<ReturnType<typeof boot>>, id?: string): Promise<unknown> {
  const tasker = from(app, TaskerService);
  const taskId = id ?? (await tasker.create({ name: 'call' })).taskId;
  return (await tasker.waitFor(taskId, { timeoutMs: 10_000 })).steps[0]?.result;
}

describe('a variable of the deployment', () => {
  it('changes without a new version, and reaches tasks that exist', async () => {
    write("{ url: 'https://$env{HOST}/v1', region: '${REGION}' }");
    const url = await apps.database();
    const first = await boot({ HOST: 'old', REGION: 'eu' }, url);
    expect(await configOf(first)).toEqual({ url: 'https://old/v1', region: 'eu' });
    await first.close();
    // A process that runs nothing needs no value.
    const api = await boot({ REGION: 'eu' }, url, 'api');
    const { taskId } = await from(api, TaskerService).create({ name: 'call' });
    const second = await boot({ HOST: 'new', REGION: 'eu' }, url);
    expect(await configOf(second, taskId)).toEqual({ url: 'https://new/v1', region: 'eu' });
    await expect(boot({ HOST: 'new', REGION: 'us' }, url)).rejects.toMatchObject({ code: 'TSK_TEMPLATE_CHANGED' });
  });

  it('that is not set stops the boot of a worker, which names it', async () => {
    write("{ url: 'https://$env{HOST}/v1' }");
    await expect(boot({}, await apps.database())).rejects.toMatchObject({
      code: 'TSK_BOOT_INVALID',
      details: [
        {
          path: expect.stringMatching(/call.yaml steps.only.handlerConfig$/),
          message: 'the variable HOST is not set and has no default',
        },
      ],
    });
  });

  it('stands in the configuration of handlers only', async () => {
    write('{}', 'description: runs on $env{HOST}\n');
    await expect(boot({ HOST: 'x' }, await apps.database())).rejects.toMatchObject({
      code: 'TSK_BOOT_INVALID',
      details: [{ message: expect.stringContaining('$env{…} may stand in handler_config only') }],
    });
  });
});
