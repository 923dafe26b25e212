// Packs every published package, checks the tarballs, installs them into fresh applications and boots those.
// Needs a build. Prints one line for each check and `N passed, N failed` at the end.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../libs/embedded-postgres/dist/index.js';
import { APPLICATIONS, bootApplication, installApplication } from './applications.mjs';
import { Checks } from './checks.mjs';
import { checkTarball, pack } from './tarballs.mjs';

const work = mkdtempSync(join(tmpdir(), 'tasker-packaging-'));
const checks = new Checks();
let server;
try {
  const tarballs = pack(work);
  for (const tarball of tarballs) await checkTarball(checks, tarball);
  server = await startPostgres();
  // Two at a time: an installation waits for the disk and the registry half of its time.
  for (let next = 0; next < APPLICATIONS.length; next += 2) {
    const pair = APPLICATIONS.slice(next, next + 2);
    const installed = await Promise.all(pair.map((app) => installApplication(checks, work, app, tarballs)));
    for (const app of installed) if (app) await bootApplication(checks, app, server.url);
  }
} catch (error) {
  checks.fail('packaging', error);
} finally {
  await server?.stop();
  if (!process.env.KEEP_PACKAGING) rmSync(work, { recursive: true, force: true });
}
console.log(checks.summary());
process.exit(checks.failed > 0 ? 1 : 0);
