import { existsSync, readdirSync } from 'node:fs';
import { startPostgres } from '@tasker/embedded-postgres';
import { eventually } from './support/eventually';
import { directoryOf, nothingRunsOn, processesOn, query } from './support/observe';
import { Owner } from './support/owner-process';
import { removeScratch, scratch } from './support/scratch';

afterEach(removeScratch);

describe('an owner that drains', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('still has its server while it does, on %s', async (signal) => {
    const dataDir = scratch();
    const owner = Owner.spawn('drains', { dataDir });
    await owner.server();
    await owner.kill(signal);
    expect(owner.drained).toBe(true);
    expect(await owner.ended()).toEqual({ code: 0, signal: null });
    expect(processesOn(dataDir)).toEqual([]);
    const next = await startPostgres({ dataDir });
    expect(await query(next.url, 'SELECT count(*)::int AS tables FROM drained')).toEqual([{ tables: 0 }]);
    await next.stop();
  });

  it('still has its server on Ctrl-C, which reaches all processes of the terminal', async () => {
    const owner = Owner.spawn('drains');
    const directory = directoryOf(await owner.server());
    await owner.interruptGroup();
    expect(owner.drained).toBe(true);
    expect(processesOn(directory)).toEqual([]);
    expect(existsSync(directory)).toBe(false);
  });
});

describe('an owner that does not', () => {
  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
    'takes server and temporary directory along on %s',
    async (signal) => {
      const owner = Owner.spawn('idles');
      const directory = directoryOf(await owner.server());
      await owner.kill(signal);
      expect(await owner.ended()).toEqual({ code: null, signal });
      await nothingRunsOn(directory);
      expect(existsSync(directory)).toBe(false);
    },
  );

  it.each(['crashes', 'forgets'] as const)('takes them along when it %s', async (role) => {
    const owner = Owner.spawn(role);
    const directory = directoryOf(await owner.server());
    expect(await owner.ended()).toEqual({ code: role === 'crashes' ? 1 : 0, signal: null });
    await nothingRunsOn(directory);
    expect(existsSync(directory)).toBe(false);
  });

  it('leaves a kept directory that starts again at once, with its data', async () => {
    const dataDir = scratch();
    const owner = Owner.spawn('idles', { dataDir });
    const dead = await owner.server();
    await query(dead.url, 'CREATE TABLE kept AS SELECT 1 AS id');
    await owner.kill('SIGKILL');
    const next = await startPostgres({ dataDir });
    expect(next.pid).not.toBe(dead.pid);
    expect(await query(next.url, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
    await next.stop();
    await nothingRunsOn(dataDir);
  });

  it('leaves a server to the next start when its supervisor was killed with it', async () => {
    const dataDir = scratch();
    const owner = Owner.spawn('idles', { dataDir });
    const orphan = await owner.server();
    for (const pid of processesOn(dataDir).filter((id) => id !== orphan.pid)) process.kill(pid, 'SIGKILL');
    await owner.kill('SIGKILL');
    expect(processesOn(dataDir)).toEqual([orphan.pid]);
    const next = await startPostgres({ dataDir });
    expect(processesOn(dataDir)).not.toContain(orphan.pid);
    await next.stop();
  });

  it('leaves nothing when it dies while it starts', async () => {
    const base = scratch(0o777);
    const owner = Owner.spawn('idles', {}, { env: { TMPDIR: base } });
    await owner.starting();
    await eventually('initdb works', () => processesOn(base).length > 1);
    await owner.kill('SIGKILL');
    await nothingRunsOn(base);
    expect(readdirSync(base)).toEqual([]);
  });
});
