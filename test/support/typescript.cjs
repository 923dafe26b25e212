/**
 * Lets a child process run the sources as they are, with packages of the workspace by name: `node --require` this.
 *
 * TASKER_RELEASE names a folder with the migrations/ and the libs/postgres/ of another release, used instead of ours.
 */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

require.extensions['.ts'] = (module, filename) => {
  const { code } = transformSync(readFileSync(filename, 'utf8'), {
    filename,
    sourceMaps: 'inline',
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    },
    module: { type: 'commonjs' },
  });
  module._compile(code, filename);
};

const ours = join(__dirname, '../..');
const release = process.env.TASKER_RELEASE ?? ours;
const SOURCES = {
  '@tasker/core': join(ours, 'libs/core/src/index.ts'),
  '@tasker/postgres': join(release, 'libs/postgres/src/index.ts'),
  '@tasker/migrations': join(release, 'migrations/index.js'),
  '@tasker/embedded-postgres': join(ours, 'libs/embedded-postgres/src/index.ts'),
};

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  return resolve.call(this, SOURCES[request] ?? request, ...rest);
};
