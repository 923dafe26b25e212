#!/usr/bin/env node
// Here in a checkout, too, where npm links it before anything is built: `npx tasker` must not be somebody else's package.
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const program = join(__dirname, '../dist/main.js');
if (existsSync(program)) require(program);
else {
  process.stderr.write('The command line is not built yet: run "npm run build" first.\n');
  process.exitCode = 1;
}
