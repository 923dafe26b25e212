import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { command } from './command.mjs';

/** What an ES module lacks that CommonJS code in it asks for. */
const REQUIRE = "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** How applications are made one file. Minified, classes have other names. */
const BUNDLES = [
  { name: 'a bundle', file: 'app.cjs', options: { format: 'cjs' } },
  { name: 'a minified bundle', file: 'app.cjs', options: { format: 'cjs', minify: true } },
  { name: 'a bundle as ES module', file: 'app.mjs', options: { format: 'esm', banner: { js: REQUIRE } } },
];

/** Nest and TypeORM ask for many packages that are not there; whoever bundles leaves those out. */
const leaveOutWhatIsAbsent = {
  name: 'leave-out-what-is-absent',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^[^./]/ }, async ({ path, pluginData, ...how }) => {
      if (pluginData === 'asked') return undefined;
      const { errors } = await resolve(path, { ...how, pluginData: 'asked' });
      return errors.length > 0 ? { path, external: true } : undefined;
    });
  },
};

/**
 * Makes each kind of bundle of a compiled application and runs it alone in a folder, which has SQL files of somebody else
 * in it.
 *
 * @param database makes a database and returns its URL
 */
export async function runBundles(checks, { name, cwd, entry }, database) {
  for (const { name: kind, file, options } of BUNDLES) {
    await checks.check(`${name}: ${kind} with everything inside runs a task`, async () => {
      const alone = mkdtempSync(join(tmpdir(), 'tasker-bundle-'));
      const outfile = join(alone, file);
      await bundle(join(cwd, `dist/${entry}.js`), outfile, options);
      mkdirSync(join(alone, '0001_orders'));
      writeFileSync(join(alone, '0001_orders/10_orders.sql'), '-- Breaking: no.\ncreate table nobody_asked_for ();\n');
      writeFileSync(join(alone, '0001_orders/down.sql'), 'drop table nobody_asked_for;\n');
      const DATABASE_URL = await database(`${name} ${kind}`);
      const printed = await command(process.execPath, [outfile], {
        cwd: alone,
        env: { DATABASE_URL },
        timeoutMs: 60_000,
      });
      if (!/^OK complete Hello, World!$/m.test(printed)) throw new Error(`not what was expected:\n${printed}`);
    });
  }
  await checks.check(`${name}: a bundle without the SQL files says what to do`, async () => {
    const alone = mkdtempSync(join(tmpdir(), 'tasker-bundle-'));
    const outfile = join(alone, 'app.cjs');
    await bundle(join(cwd, `dist/${entry}.js`), outfile, { format: 'cjs', external: ['*/bundled.json'] });
    const env = { DATABASE_URL: await database(`${name} without sql`) };
    const told = await command(process.execPath, [outfile], { cwd: alone, env }).then(
      () => 'nothing: it ran',
      (error) => error.message,
    );
    if (!/are not in this bundle[^]*@tasker\/\* as external/.test(told)) throw new Error(`it said ${told}`);
  });
}

async function bundle(entry, outfile, options) {
  const plugins = [leaveOutWhatIsAbsent];
  await build({
    ...{ entryPoints: [entry], outfile, plugins, bundle: true, platform: 'node', logLevel: 'silent' },
    ...options,
  });
}
