import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(__dirname, '../..');

describe('what is generated into the docs', () => {
  it.each([
    ['of events', 'generate-event-docs.mjs'],
    ['of metrics, alerts and log lines', 'generate-observability-docs.mjs'],
  ])(
    '%s is up to date (else run scripts/%s)',
    async (_what, script) => {
      const checked = promisify(execFile)(process.execPath, [join(ROOT, 'scripts', script), '--check'], { cwd: ROOT });
      await expect(checked).resolves.toMatchObject({ stderr: '' });
    },
    60_000,
  );
});
