const { projects, testTimeout } = require('../../jest.config');

const integration = { ...projects.find(({ displayName }) => displayName === 'integration') };
// Every scenario has a server of its own.
delete integration.globalSetup;
delete integration.globalTeardown;

/** The long half of the chaos suite; one test at a time, because time is measured. */
module.exports = {
  ...integration,
  displayName: 'chaos',
  roots: [__dirname],
  testRegex: '\\.chaos-spec\\.ts$',
  maxWorkers: 1,
  testTimeout: 2 * testTimeout,
};
