import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { declareClassPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  determineHitLimitReached,
  DryRunStatus,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { transformSync } from '@swc/core';
import { expect } from 'expect';
import { globSync } from 'tinyglobby';
import { installSpecGlobals } from './spec-globals.mjs';

/** Tests of rules are beside them; those of the engine and of the Nest module would only make each change dearer. */
const SPECS = 'libs/core/src/{rules,builder}/**/*.spec.ts';
/** Tests of size take seconds, each time a change survives, and see little that smaller ones do not. */
const OF_SIZE = /\b\d0,000 steps\b/;

const require = createRequire(import.meta.url);
const stryker = (globalThis.__stryker__ ??= {});

/** Each file is translated once, however often it is loaded again. */
function loadTypeScript() {
  const translated = new Map();
  require.extensions['.ts'] = (module, filename) => {
    if (!translated.has(filename)) translated.set(filename, translate(filename));
    module._compile(translated.get(filename), filename);
  };
}

function translate(filename) {
  return transformSync(readFileSync(filename, 'utf8'), {
    filename,
    jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  }).code;
}

/** Runs the specs in one process, on modules that are loaded once for each change and not once for each spec. */
class SpecRunner {
  tests = [];
  /** Those of all specs, from before any change. */
  known = [];
  /** Milliseconds a test took when it last ran; the quick ones go first, and most changes do not outlive them. */
  took = new Map();

  capabilities() {
    return { reloadEnvironment: true };
  }

  init() {
    // Not before: Stryker loads plugins first and then goes where the changed sources are.
    this.root = process.cwd();
    loadTypeScript();
    this.declareInto = installSpecGlobals();
    this.specs = globSync(SPECS, { cwd: this.root, absolute: true }).sort();
  }

  async dryRun() {
    stryker.mutantCoverage = undefined;
    const broken = this.load();
    if (broken) return { status: DryRunStatus.Error, errorMessage: broken.failureMessage };
    const tests = await this.run(this.tests, true);
    return { status: DryRunStatus.Complete, tests, mutantCoverage: stryker.mutantCoverage };
  }

  /** On modules of its own: what one change left in a cache would speak for the next. */
  async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit, disableBail }) {
    stryker.hitCount = hitLimit === undefined ? undefined : 0;
    stryker.hitLimit = hitLimit;
    stryker.activeMutant = undefined;
    const wanted = testFilter && new Set(testFilter);
    if (this.known.length === 0) this.load();
    if (mutantActivation === 'static') stryker.activeMutant = activeMutant.id;
    const broken = this.load(wanted && new Set(this.known.filter(({ id }) => wanted.has(id)).map(({ file }) => file)));
    stryker.activeMutant = activeMutant.id;
    const tests = broken
      ? [broken]
      : await this.run(wanted ? this.tests.filter(({ id }) => wanted.has(id)) : this.tests, disableBail);
    stryker.activeMutant = undefined;
    const endless = determineHitLimitReached(stryker.hitCount, hitLimit);
    return toMutantRunResult(endless ?? { status: DryRunStatus.Complete, tests }, disableBail);
  }

  /**
   * @param files the specs to load, as the tests know them; all without
   * @returns the failure of the first test of a file that cannot be loaded
   */
  load(files) {
    for (const file of Object.keys(require.cache)) {
      if (file.startsWith(join(this.root, 'libs'))) delete require.cache[file];
    }
    this.tests = [];
    for (const file of files ?? this.specs) {
      const name = relative(join(this.root, 'libs/core/src'), file);
      try {
        this.declareInto({ file, name }, this.tests);
        require(file);
      } catch (error) {
        return failed(this.known.find((one) => one.file === file) ?? { id: name, name, file }, 0, error);
      }
    }
    this.tests = this.tests.filter(({ name }) => !OF_SIZE.test(name));
    if (!files) this.known = this.tests;
    return undefined;
  }

  async run(tests, all) {
    const results = [];
    const quickFirst = [...tests].sort((a, b) => (this.took.get(a.id) ?? 0) - (this.took.get(b.id) ?? 0));
    for (const test of quickFirst) {
      const result = await this.attempt(test);
      results.push(result);
      if (result.status === TestStatus.Failed && !all) break;
    }
    return results;
  }

  async attempt(test) {
    const startedAt = performance.now();
    const took = () => performance.now() - startedAt;
    stryker.currentTestId = test.id;
    // What expect counts for `expect.hasAssertions()`, from the beginning for each test.
    expect.setState({ assertionCalls: 0, isExpectingAssertions: false, expectedAssertionsNumber: null });
    try {
      await test.run();
      const [missing] = expect.extractExpectedAssertionsErrors();
      if (missing) throw missing.error;
      return { id: test.id, name: test.name, fileName: test.file, timeSpentMs: took(), status: TestStatus.Success };
    } catch (error) {
      return failed(test, took(), error);
    } finally {
      stryker.currentTestId = undefined;
      this.took.set(test.id, took());
    }
  }
}

function failed({ id, name, file }, timeSpentMs, error) {
  const failureMessage = String(error?.message ?? error);
  return { id, name, fileName: file, timeSpentMs, status: TestStatus.Failed, failureMessage };
}

export const strykerPlugins = [declareClassPlugin(PluginKind.TestRunner, 'specs', SpecRunner)];
