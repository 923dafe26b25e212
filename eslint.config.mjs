import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import jest from 'eslint-plugin-jest';
import { builtinRules } from 'eslint/use-at-your-own-risk';
import tseslint from 'typescript-eslint';

const TYPESCRIPT = [
  'src/**/*.ts',
  'libs/*/src/**/*.ts',
  'libs/cli/schematics/**/*.ts',
  'examples/*/src/**/*.ts',
  'test/**/*.ts',
  'bench/**/*.ts',
];
const SPECS = ['**/*.spec.ts', '**/*.e2e-spec.ts'];
const TESTS = [...SPECS, 'test/**/*.ts'];

const ownBarrel = (...names) => ({
  'no-restricted-imports': [
    'error',
    {
      paths: [...names, '.', './', '..', '../', './index', '../index'].map((name) => ({
        name,
        message: 'Barrels are for outsiders: import the file that declares it.',
      })),
      patterns: [
        { regex: '^\\.\\.?/(.*/)?index(\\.[jt]s)?$', message: 'Barrels are for outsiders.' },
        { regex: '^(\\.\\./)+(src|libs)/', message: 'Import another ring by its package name.' },
      ],
    },
  ],
});

/** A soft limit beside the hard one: a rule has one severity, so the same rule is known under a second name. */
const softLimit = { rules: { 'max-lines': builtinRules.get('max-lines') } };

export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '**/coverage/', '.data/'] },
  {
    linterOptions: { reportUnusedDisableDirectives: 'error' },
  },
  js.configs.recommended,
  {
    files: ['**/*.{js,cjs,mjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'Buffer',
          'URL',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'performance',
          'fetch',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
  {
    files: ['**/*.{js,cjs}'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { require: 'readonly', module: 'writable', exports: 'writable', __dirname: 'readonly' },
    },
  },
  {
    files: TYPESCRIPT,
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname } },
    plugins: { soft: softLimit },
    rules: {
      'max-lines': ['error', 400],
      'soft/max-lines': ['warn', 250],
      'max-lines-per-function': ['error', 60],
      complexity: ['error', 15],
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      // An async method that only throws or returns still keeps the contract "answers with a promise".
      '@typescript-eslint/require-await': 'off',
      // `interface StepHandler` beside `function StepHandler` is one name for the decorator and the contract.
      'no-redeclare': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
    },
  },
  // Reflection stays in these folders, and with it what cannot be typed.
  {
    files: ['src/discovery/**/*.ts', 'src/decorators/**/*.ts'],
    rules: { '@typescript-eslint/no-explicit-any': 'off', '@typescript-eslint/no-unsafe-function-type': 'off' },
  },
  { files: ['src/**/*.ts'], ignores: TESTS, rules: ownBarrel('@tasker/nestjs') },
  { files: ['libs/core/src/**/*.ts'], rules: ownBarrel('@tasker/core') },
  {
    // They also run in a page under `script-src 'self'`: no Node, and no code made from text.
    files: ['libs/core/src/{rules,data,errors}/**/*.ts'],
    ignores: TESTS,
    rules: {
      'no-restricted-globals': ['error', 'Buffer', 'process', 'global', 'require', '__dirname', 'setImmediate'],
      'no-new-func': 'error',
      'no-eval': 'error',
    },
  },
  { files: ['libs/postgres/src/**/*.ts'], rules: ownBarrel('@tasker/postgres') },
  { files: ['libs/embedded-postgres/src/**/*.ts'], rules: ownBarrel('@tasker/embedded-postgres') },
  {
    files: ['examples/**/*.ts', 'bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    files: TESTS,
    rules: {
      'max-lines-per-function': 'off',
      'no-console': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // Bodies of HTTP answers and rows are `any` by their libraries' types; the assertion that follows is the check.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: SPECS,
    extends: [jest.configs['flat/recommended']],
    rules: {
      'jest/expect-expect': ['error', { assertFunctionNames: ['expect', 'expect*', '**.expect', 'assert*'] }],
      // Checks that several tests share are functions of their own.
      'jest/no-standalone-expect': 'off',
      'jest/no-focused-tests': 'error',
      'jest/no-disabled-tests': 'error',
      'jest/no-commented-out-tests': 'error',
      'jest/no-conditional-expect': 'error',
      'jest/unbound-method': 'error',
    },
  },
  prettier,
);
