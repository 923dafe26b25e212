/** As test/support/typescript.cjs, for programs that use the Nest module as well: `node --require` this. */
const Module = require('node:module');
const { join } = require('node:path');
require('../../support/typescript.cjs');

const nest = join(__dirname, '../../../src/index.ts');
const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, ...rest) {
  return resolve.call(this, request === '@tasker/nestjs' ? nest : request, ...rest);
};
