import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildOnce, ROOT } from '../demo/support/build';

describe('docs/16-cli.md', () => {
  beforeAll(() => buildOnce(), 180_000);

  it('is what the commands say of themselves; `npm run docs:cli` writes it', async () => {
    const script = join(ROOT, 'scripts/generate-cli-docs.mjs');
    await expect(promisify(execFile)(process.execPath, [script, '--check'])).resolves.toBeDefined();
  });

  it('is the built program that runs under its name', async () => {
    const { bin } = JSON.parse(readFileSync(join(ROOT, 'libs/cli/package.json'), 'utf8')) as {
      bin: { tasker: string };
    };
    const main = join(ROOT, 'libs/cli', bin.tasker);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [main, 'template', 'lint', 'examples/storefront/tasks'],
      { cwd: ROOT },
    );
    expect(stdout).toContain('0 faults');
  });
});
