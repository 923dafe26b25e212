/** Lets a process run the sources as they are, packages of this repository included: `node --require` this file. */
const { readFileSync } = require('node:fs');
const Module = require('node:module');
const { join } = require('node:path');
const { transformSync } = require('@swc/core');

const LIBRARY = /^@tasker\/(core|postgres|embedded-postgres)$/;
const resolve = Module._resolveFilename;

// Like the name mapping of the tests: no build is needed, and none that is out of date can be tested by mistake.
Module._resolveFilename = function (request, ...rest) {
  const library = LIBRARY.exec(request)?.[1];
  const path = library ? join(__dirname, '../../../libs', library, 'src/index.ts') : request;
  return resolve.call(this, path, ...rest);
};

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
