// Bundles the rules and the JSON tools of core for a browser and holds them to their cases in Chromium, on a page that may
// run no code made from text. Prints one line for each failure and `N passed, N failed` at the end.
import { globSync } from 'tinyglobby';
import { build } from 'esbuild';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const ROOT = join(import.meta.dirname, '../..');
const POLICY = "default-src 'none'; script-src 'self'; connect-src 'self'";
/** The cases take a second; a machine that is busy with other things much longer. */
const LONGEST_MS = 60_000;
const FLAGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

/** Every file of rules and data is in it, whether a case reaches it or not: each must load in a page. */
async function bundle() {
  const files = globSync('libs/core/src/{rules,data}/**/*.ts', { cwd: ROOT, ignore: '**/*.spec.ts' }).sort();
  const lines = files.map(
    (file, index) => `import * as m${index} from './${file}'; globalThis.rule${index} = m${index};`,
  );
  const { outputFiles, metafile } = await build({
    stdin: { contents: [...lines, "import './test/browser/page';"].join('\n'), resolveDir: ROOT, loader: 'ts' },
    ...{ bundle: true, write: false, metafile: true, platform: 'browser', format: 'iife', target: 'es2023' },
    logLevel: 'error',
  });
  console.log(
    `${files.length} files of rules and data, ${Math.round(outputFiles[0].contents.length / 1024)} KiB bundled`,
  );
  const compiler = Object.keys(metafile.inputs).filter((input) => /node_modules\/ajv\/.*\.js$/.test(input));
  if (compiler.length > 0) throw new Error(`a compiler of schemas was bundled: ${compiler[0]}`);
  return outputFiles[0].text;
}

function findChromium() {
  const named = process.env.CHROMIUM_BIN;
  if (named) return named;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const programs = folders.flatMap((folder) => ['chromium', 'chromium-browser'].map((name) => join(folder, name)));
  return programs.find((program) => existsSync(program));
}

/** Serves the page, its script and the cases on loopback. */
async function serve(script, cases) {
  const answers = {
    '/': ['text/html', '<!doctype html><title>Rules</title><script src="/rules.js"></script>'],
    '/rules.js': ['text/javascript', script],
    '/cases.json': ['application/json', JSON.stringify(cases)],
  };
  const server = createServer((request, response) => {
    const [type, body] = answers[request.url] ?? [];
    response.writeHead(type ? 200 : 404, {
      'content-security-policy': POLICY,
      'content-type': `${type ?? 'text/plain'}; charset=utf-8`,
    });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const readCases = () =>
  globSync('libs/core/fixtures/*.json', { cwd: ROOT })
    .sort()
    .map((file) => JSON.parse(readFileSync(join(ROOT, file), 'utf8')));

async function main(executablePath) {
  const server = await serve(await bundle(), readCases());
  const profile = mkdtempSync(join(tmpdir(), 'tasker-browser-'));
  const faults = [];
  let browser;
  try {
    browser = await chromium.launchPersistentContext(profile, { executablePath, args: FLAGS });
    const page = await browser.newPage();
    page.on('pageerror', (error) => faults.push(`page: ${error.message}`));
    await page.goto(`http://127.0.0.1:${server.address().port}/`);
    const done = await page.waitForFunction(() => globalThis.report, undefined, { timeout: LONGEST_MS });
    const { passed, failures, makesCode } = await done.jsonValue();
    for (const { rule, name, found, expected } of failures)
      faults.push(`${rule}, ${name}: ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
    if (makesCode) faults.push('page: it may make code from text, so nothing is proven');
    return { passed, faults };
  } finally {
    await browser?.close();
    server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}

const program = findChromium();
if (!program && process.env.CI !== 'true') {
  console.log('No Chromium is installed (CHROMIUM_BIN names one): the rules were not tried in a browser.');
  process.exit(0);
}
const { passed, faults } = program
  ? await main(program)
  : { passed: 0, faults: ['No Chromium is installed; CHROMIUM_BIN names one.'] };
for (const line of faults) console.log(line);
console.log(`${passed} passed, ${faults.length} failed`);
process.exit(faults.length > 0 ? 1 : 0);
