// Writes docs/api/<entry>.api.md, everything each entry of @tasker/nestjs exports with its signature, from a build.
// With --check it writes nothing and fails when a report is not what the build says: a change of the public interface
// is seen in review, never made by accident.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig } from '@microsoft/api-extractor';

const ROOT = join(import.meta.dirname, '..');
const check = process.argv.includes('--check');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const temporary = mkdtempSync(join(tmpdir(), 'tasker-api-report-'));
const silent = { default: { logLevel: 'none' } };

function configFor(entry, types) {
  const main = join(ROOT, types);
  const compilerOptions = {
    ...{ module: 'node16', target: 'es2023', lib: ['es2023'], types: ['node'] },
    ...{ strict: true, skipLibCheck: true, experimentalDecorators: true },
  };
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: ROOT,
      mainEntryPointFilePath: main,
      // Users get them through this package: what they declare is its interface, too.
      bundledPackages: ['@tasker/core', '@tasker/postgres'],
      compiler: { overrideTsconfig: { compilerOptions, files: [main] } },
      apiReport: {
        ...{ enabled: true, reportFileName: `${entry}.api.md`, reportFolder: join(ROOT, 'docs/api') },
        reportTempFolder: temporary,
      },
      ...{ docModel: { enabled: false }, dtsRollup: { enabled: false }, tsdocMetadata: { enabled: false } },
      newlineKind: 'lf',
      messages: { extractorMessageReporting: silent, tsdocMessageReporting: silent },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(ROOT, 'package.json'),
  });
}

const changed = [];
try {
  for (const [path, target] of Object.entries(manifest.exports)) {
    if (typeof target === 'string') continue;
    const entry = path === '.' ? 'index' : path.slice(2);
    const { errorCount, apiReportChanged } = Extractor.invoke(configFor(entry, target.types), {
      localBuild: !check,
      messageCallback: (message) => (message.handled = message.messageId !== 'console-compiler-error'),
    });
    if (errorCount > 0) throw new Error(`the declarations of ${path} have errors`);
    if (apiReportChanged) changed.push(entry);
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
if (!check) console.log(`docs/api: ${changed.length === 0 ? 'nothing has changed' : changed.join(', ')}`);
else if (changed.length > 0) {
  console.error(
    `The interface of ${changed.join(', ')} is not the one in docs/api: run npm run api:report, and look at the difference.`,
  );
  process.exitCode = 1;
}
