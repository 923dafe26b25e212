// `npm run mutation`: changes the rules, one small thing at a time, and asks the unit tests to notice.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const [unit] = require('./jest.config.js').projects;

export default {
  mutate: ['libs/core/src/rules/**/*.ts', '!**/*.spec.ts'],
  testRunner: 'jest',
  jest: {
    // Tests of rules are beside them; those of the engine and of the Nest module would only make each change dearer.
    config: { ...unit, roots: ['<rootDir>/libs/core/src/rules', '<rootDir>/libs/core/src/builder'] },
    enableFindRelatedTests: false,
  },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // A plan of 20,000 steps is compiled in a unit test: slow under instrumentation, and no endless loop.
  timeoutMS: 20_000,
  // Texts of messages are for people; a test for each letter would only copy them.
  mutator: { excludedMutations: ['StringLiteral'] },
  thresholds: { high: 95, low: 85, break: 85 },
  reporters: ['clear-text', 'progress', 'html'],
  htmlReporter: { fileName: 'coverage/mutation.html' },
  clearTextReporter: { logTests: false, allowColor: false },
  ignorePatterns: ['**/dist', 'coverage', '.data', 'test', 'docs', 'examples', 'bench'],
  tempDirName: 'node_modules/.cache/stryker',
  checkers: [],
};
