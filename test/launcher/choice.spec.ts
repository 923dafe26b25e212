import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { resolveDatabase, startPostgres } from '@tasker/embedded-postgres';
import { npmBinaries } from '../../libs/embedded-postgres/src/npm-binaries';
import { directoryOf, nothingRunsOn, query } from './support/observe';
import { Owner } from './support/owner-process';
import { removeScratch, scratch } from './support/scratch';

const DEBIAN_15 = '/usr/lib/postgresql/15/bin';
const NOBODY = 65534;
const itOnDebian15 = existsSync(join(DEBIAN_15, 'postgres')) ? it : it.skip;
const itAsRoot = process.getuid?.() === 0 ? it : it.skip;

const environment = { ...process.env };
afterEach(() => {
  process.env = { ...environment };
  removeScratch();
});

/** Programs that only tell a version. */
function fakeBinaries(version: string): string {
  const directory = scratch();
  for (const name of ['postgres', 'initdb']) {
    writeFileSync(join(directory, name), `#!/bin/sh\necho "${version}"\n`);
    chmodSync(join(directory, name), 0o755);
  }
  return directory;
}

describe('the database', () => {
  it('is the one an environment variable names, which stop() leaves alone', async () => {
    const server = await startPostgres();
    process.env['THE_DATABASE'] = server.url;
    const database = await resolveDatabase({ envNames: ['UNSET_DATABASE', 'THE_DATABASE'] });
    expect(database).toMatchObject({ url: server.url, source: 'THE_DATABASE' });
    await database.stop();
    expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await server.stop();
  });

  it('is started when no variable is set', async () => {
    const database = await resolveDatabase({ envNames: ['UNSET_DATABASE'] });
    expect(await query(database.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    expect(database.source).toBe(database.server?.source);
    await database.stop();
    await expect(query(database.url, 'SELECT 1')).rejects.toThrow('ECONNREFUSED');
  });
});

describe('the binaries', () => {
  itOnDebian15('are those of PG_BIN_DIR, before the npm package', async () => {
    process.env['PG_BIN_DIR'] = DEBIAN_15;
    const server = await startPostgres();
    expect(server.source).toBe(DEBIAN_15);
    expect(await query(server.url, `SELECT current_setting('server_version_num')::int / 10000 AS major`)).toEqual([
      { major: 15 },
    ]);
    expect(server.version).toMatch(/^15\.\d+$/);
    await server.stop();
  });

  it('are those of binDir, before PG_BIN_DIR', async () => {
    process.env['PG_BIN_DIR'] = fakeBinaries('postgres (PostgreSQL) 17.1');
    const binDir = fakeBinaries('postgres (PostgreSQL) 14.9');
    await expect(startPostgres({ binDir })).rejects.toMatchObject({ code: 'TSK_PG_VERSION' });
  });

  it.each(['postgres (PostgreSQL) 14.9', 'postgres (PostgreSQL) 9.6.24'])('must not be %s', async (version) => {
    const refused = startPostgres({ binDir: fakeBinaries(version) });
    await expect(refused).rejects.toMatchObject({
      code: 'TSK_PG_VERSION',
      message: expect.stringContaining('is older than 15') as string,
      hint: expect.stringContaining('15 or newer') as string,
    });
  });

  it('must be in the named directory', async () => {
    const binDir = scratch();
    await expect(startPostgres({ binDir })).rejects.toMatchObject({
      code: 'TSK_PG_BIN_DIR',
      message: expect.stringContaining(`${join(binDir, 'postgres')} does not exist`) as string,
    });
  });

  it('must run', async () => {
    const binDir = fakeBinaries('hello');
    await expect(startPostgres({ binDir })).rejects.toMatchObject({ code: 'TSK_PG_BIN_DIR' });
    writeFileSync(join(binDir, 'postgres'), '#!/bin/sh\nexit 3\n');
    await expect(startPostgres({ binDir })).rejects.toMatchObject({ code: 'TSK_PG_BIN_DIR' });
    chmodSync(join(binDir, 'postgres'), 0o644);
    await expect(startPostgres({ binDir })).rejects.toMatchObject({ code: 'TSK_PG_BIN_DIR' });
  });

  it('must make a cluster', async () => {
    const binDir = fakeBinaries('postgres (PostgreSQL) 17.1');
    writeFileSync(join(binDir, 'initdb'), '#!/bin/sh\necho "no room" >&2\nexit 1\n');
    await expect(startPostgres({ binDir })).rejects.toMatchObject({
      code: 'TSK_PG_INIT_FAILED',
      message: expect.stringContaining('no room') as string,
    });
  });
});

describe('the account', () => {
  itAsRoot('is an ordinary user when that starts it', async () => {
    const dataDir = scratch();
    chownSync(dataDir, NOBODY, NOBODY);
    const owner = Owner.spawn('idles', { dataDir }, { uid: NOBODY, gid: NOBODY });
    expect(await query((await owner.server()).url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await owner.kill('SIGKILL');
    await nothingRunsOn(dataDir);
    const asRoot = await startPostgres({ dataDir });
    expect(await query(asRoot.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await asRoot.stop();
    const again = Owner.spawn('idles', { dataDir }, { uid: NOBODY, gid: NOBODY });
    await again.server();
    await again.kill('SIGTERM');
    await nothingRunsOn(dataDir);
  });

  describe('where only root may enter', () => {
    const elsewhere: string[] = [];
    const umask = process.umask();
    beforeEach(() => void process.umask(0o077));
    afterEach(() => {
      process.umask(umask);
      for (const directory of elsewhere.splice(0)) rmSync(directory, { recursive: true, force: true });
    });

    /** Binaries and data as a checkout in the home of root has them. */
    function homeOfRoot(): { binDir: string; dataDir: string } {
      const home = join(scratch(0o700), 'Käse & Brot');
      const native = dirname((npmBinaries() as { binDir: string }).binDir);
      cpSync(native, join(home, 'pg'), { recursive: true, verbatimSymlinks: true });
      return { binDir: join(home, 'pg/bin'), dataDir: join(home, 'shop', 'data') };
    }

    /** Binaries are a hundred megabytes to copy, on a machine whose disk is busy. */
    const COPYING_MS = 120_000;

    /** The data alone; the binaries are where the account may go. */
    const dataOfRoot = (): { dataDir: string } => ({ dataDir: join(scratch(0o700), 'data') });

    itAsRoot(
      'has data and binaries where it may go, and finds them again',
      async () => {
        const options = homeOfRoot();
        const first = await startPostgres(options);
        elsewhere.push(directoryOf(first));
        await query(first.url, 'CREATE TABLE kept (n int)');
        await first.stop();
        const again = await startPostgres(options);
        expect(directoryOf(again)).toBe(elsewhere[0]);
        expect(await query(again.url, 'SELECT count(*)::int AS n FROM kept')).toEqual([{ n: 0 }]);
        await again.stop();
      },
      COPYING_MS,
    );

    itAsRoot(
      'goes with its own directory: what was kept elsewhere is removed by the next start',
      async () => {
        const [removed, kept, running] = [dataOfRoot(), dataOfRoot(), dataOfRoot()];
        for (const options of [removed, kept]) {
          const server = await startPostgres(options);
          elsewhere.push(directoryOf(server));
          await server.stop();
        }
        const server = await startPostgres(running);
        elsewhere.push(directoryOf(server));
        for (const { dataDir } of [removed, running]) rmSync(dataDir, { recursive: true });
        const next = await startPostgres(kept);
        expect(elsewhere.map((directory) => existsSync(directory))).toEqual([false, true, true]);
        expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
        await Promise.all([next.stop(), server.stop()]);
      },
      COPYING_MS,
    );

    itAsRoot(
      'is empty again when its own directory was removed',
      async () => {
        const options = dataOfRoot();
        const first = await startPostgres(options);
        elsewhere.push(directoryOf(first));
        await query(first.url, 'CREATE TABLE kept (n int)');
        await first.stop();
        rmSync(options.dataDir, { recursive: true });
        const again = await startPostgres(options);
        expect(await query(again.url, "SELECT to_regclass('kept') AS kept")).toEqual([{ kept: null }]);
        await again.stop();
      },
      COPYING_MS,
    );

    itAsRoot(
      'leaves nothing behind of a temporary server',
      async () => {
        const { binDir } = homeOfRoot();
        const server = await startPostgres({ binDir });
        const directory = directoryOf(server);
        expect(await query(server.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
        await server.stop();
        expect(existsSync(directory)).toBe(false);
      },
      COPYING_MS,
    );

    itAsRoot(
      'makes a data directory that the account may enter, whatever the umask',
      async () => {
        const dataDir = join(scratch(), 'new', 'data');
        const server = await startPostgres({ dataDir });
        expect(directoryOf(server)).toBe(dataDir);
        await server.stop();
      },
      COPYING_MS,
    );

    itAsRoot(
      'is told when somebody else has the place',
      async () => {
        const { dataDir } = homeOfRoot();
        const { directory } = await startPostgres({ dataDir }).then(async (server) => {
          await server.stop();
          return { directory: directoryOf(server) };
        });
        elsewhere.push(directory);
        chownSync(directory, NOBODY, NOBODY);
        await expect(startPostgres({ dataDir })).rejects.toMatchObject({ code: 'TSK_PG_UNREACHABLE' });
      },
      COPYING_MS,
    );
  });

  itAsRoot('gets another temporary directory when it cannot reach TMPDIR', async () => {
    const home = scratch(0o700);
    mkdirSync(join(home, 'tmp'));
    const owner = Owner.spawn('idles', {}, { env: { TMPDIR: join(home, 'tmp') } });
    const directory = directoryOf(await owner.server());
    expect(directory.startsWith('/tmp/')).toBe(true);
    await owner.kill('SIGTERM');
    await nothingRunsOn(directory);
  });
});
