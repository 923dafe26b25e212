const swc = [
  '@swc/jest',
  {
    sourceMaps: 'inline',
    jsc: {
      target: 'es2023',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
      keepClassNames: true,
    },
    module: { type: 'commonjs' },
  },
];

const shared = {
  testEnvironment: 'node',
  rootDir: __dirname,
  moduleFileExtensions: ['ts', 'js', 'json'],
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.*/dist/'],
  moduleNameMapper: {
    '^@tasker/nestjs$': '<rootDir>/src/index.ts',
    '^@tasker/nestjs/([a-z-]+)$': '<rootDir>/src/$1/index.ts',
    '^@tasker/(core|postgres|embedded-postgres)$': '<rootDir>/libs/$1/src/index.ts',
  },
  transform: { '^.+\\.ts$': swc },
};

/** Unit tests need no database; everything under test/ shares one embedded PostgreSQL. */
module.exports = {
  testTimeout: 30_000,
  // Half of the time of a test goes into waiting for a database or a process: one worker per core, none kept back.
  maxWorkers: '100%',
  // With --coverage: the three rings, by all tests together. What only a child process runs counts as not run.
  collectCoverageFrom: ['{src,libs/core/src,libs/postgres/src}/**/*.ts', '!**/*.spec.ts'],
  coverageReporters: ['text-summary', 'html'],
  coverageThreshold: { global: { lines: 98, branches: 90 } },
  projects: [
    {
      ...shared,
      displayName: 'unit',
      roots: ['<rootDir>/src', '<rootDir>/libs', '<rootDir>/examples'],
      testRegex: '\\.spec\\.ts$',
      setupFiles: ['reflect-metadata'],
    },
    {
      ...shared,
      displayName: 'integration',
      roots: ['<rootDir>/test'],
      testRegex: '\\.(spec|e2e-spec)\\.ts$',
      setupFiles: ['reflect-metadata'],
      globalSetup: '<rootDir>/test/support/global-setup.ts',
      globalTeardown: '<rootDir>/test/support/global-teardown.ts',
    },
  ],
};
