import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startPostgres } from '@tasker/embedded-postgres';
import { Owner } from './support/owner-process';
import { nothingRunsOn, processesOn, query } from './support/observe';
import { removeScratch, scratch } from './support/scratch';

const DEBIAN_15 = '/usr/lib/postgresql/15/bin';
const itOnDebian15 = existsSync(join(DEBIAN_15, 'postgres')) ? it : it.skip;

afterEach(removeScratch);

it('keeps its data over stop and start', async () => {
  const dataDir = join(scratch(), 'not', 'there', 'yet');
  const first = await startPostgres({ dataDir });
  await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS id');
  await first.stop();
  const second = await startPostgres({ dataDir });
  expect(await query(second.url, 'SELECT id FROM kept')).toEqual([{ id: 1 }]);
  await second.stop();
  expect(processesOn(dataDir)).toEqual([]);
});

it.each(['with spaces', `quote's "and" $HOME`, 'ünïcödé', '-dash', 'long-'.repeat(40)])(
  'may be called %s',
  async (name) => {
    const dataDir = join(scratch(), name);
    const server = await startPostgres({ dataDir });
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
    await nothingRunsOn(dataDir);
  },
);

it('serves one owner at a time', async () => {
  const dataDir = scratch();
  const server = await startPostgres({ dataDir });
  await expect(startPostgres({ dataDir })).rejects.toMatchObject({ code: 'TSK_PG_IN_USE' });
  const other = Owner.spawn('idles', { dataDir });
  expect(await other.error()).toMatchObject({
    code: 'TSK_PG_IN_USE',
    message: expect.stringContaining(`Process ${process.pid} runs`) as string,
  });
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await server.stop();
});

it('has one winner when several processes start at once on what a dead owner left', async () => {
  const dataDir = scratch();
  const dead = Owner.spawn('idles', { dataDir });
  await dead.server();
  await dead.kill('SIGKILL');
  const owners = [1, 2, 3, 4].map(() => Owner.spawn('idles', { dataDir }));
  const outcomes = await Promise.allSettled(owners.map((owner) => owner.server()));
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  await Promise.all(owners.map((owner) => owner.kill('SIGKILL')));
  await nothingRunsOn(dataDir);
});

it('starts over a process id that now belongs to something else, and leaves that alone', async () => {
  const dataDir = scratch();
  await (await startPostgres({ dataDir })).stop();
  const bystander = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { cwd: '/' });
  writeFileSync(join(dataDir, 'cluster', 'postmaster.pid'), `${bystander.pid}\n${dataDir}/cluster\n`);
  writeFileSync(join(dataDir, 'owner.lock'), `${bystander.pid} another start time`);
  const server = await startPostgres({ dataDir });
  expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  expect(bystander.exitCode ?? bystander.signalCode).toBeNull();
  await server.stop();
  bystander.kill();
});

it('stops the server itself when the supervisor was killed', async () => {
  const dataDir = scratch();
  const server = await startPostgres({ dataDir });
  const supervisor = processesOn(dataDir).filter((pid) => pid !== server.pid);
  expect(supervisor).toHaveLength(1);
  process.kill(supervisor[0] ?? NaN, 'SIGKILL');
  await server.stop();
  await nothingRunsOn(dataDir);
});

it('says so when it cannot be written', async () => {
  const file = join(scratch(), 'file');
  writeFileSync(file, '');
  await expect(startPostgres({ dataDir: file })).rejects.toMatchObject({ code: 'TSK_PG_UNREACHABLE' });
});

itOnDebian15('is refused by another major version', async () => {
  const dataDir = scratch();
  await (await startPostgres({ dataDir, binDir: DEBIAN_15 })).stop();
  expect(readFileSync(join(dataDir, 'cluster', 'PG_VERSION'), 'utf8')).toBe('15\n');
  writeFileSync(join(dataDir, 'cluster', 'PG_VERSION'), '14\n');
  await expect(startPostgres({ dataDir, binDir: DEBIAN_15 })).rejects.toMatchObject({ code: 'TSK_PG_DATA_VERSION' });
});
