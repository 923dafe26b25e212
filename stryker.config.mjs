// `npm run mutation`: changes the rules, one small thing at a time, and asks the unit tests to notice.
export default {
  mutate: ['libs/core/src/rules/**/*.ts', '!**/*.spec.ts'],
  // Jest loads every spec and its modules anew for each change: seventeen hours instead of minutes.
  plugins: ['./scripts/mutation/spec-runner.mjs', './scripts/mutation/sentences.mjs'],
  testRunner: 'specs',
  coverageAnalysis: 'perTest',
  incremental: true,
  incrementalFile: 'node_modules/.cache/stryker.json',
  concurrency: 2,
  // The slowest test takes four seconds on a quiet machine, and no change makes it slower but an endless loop.
  timeoutMS: 20_000,
  ignorers: ['sentences'],
  thresholds: { high: 95, low: 85, break: 85 },
  reporters: ['clear-text', 'progress', 'html'],
  htmlReporter: { fileName: 'coverage/mutation.html' },
  clearTextReporter: { logTests: false, allowColor: false },
  ignorePatterns: ['**/dist', 'coverage', '.data', 'test', 'docs', 'examples', 'bench'],
  tempDirName: 'node_modules/.cache/stryker',
  checkers: [],
  // Half of the rules are tables, which are made while modules are loaded.
  warnings: { slow: false },
};
