import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../packaging/command.mjs';

const COMPILER = { '@types/node': '20.19.43', typescript: '6.0.3' };

/** The starter of each major as its own command line makes it: CommonJS with Jest, ES modules with Vitest. */
export const APPLICATIONS = [
  {
    name: 'nest-11',
    cli: '11.0.24',
    nest: '11.2.10',
    platform: '11.2.10',
    runner: { '@types/jest': '30.0.0' },
    types: 'jest',
    linter: ['eslint', '--max-warnings=0'],
  },
  {
    name: 'nest-12',
    cli: '12.0.8',
    nest: '12.5.1',
    platform: '12.5.1',
    runner: { vitest: '4.1.2' },
    types: 'vitest/globals',
    linter: ['oxlint', '--type-aware', '--deny-warnings'],
  },
];

/** What the starter lints and formats with, in its versions. */
const linters = ({ devDependencies }) =>
  Object.fromEntries(
    Object.entries(devDependencies).filter(([name]) => /eslint|oxlint|prettier|oxfmt|^globals$/.test(name)),
  );

/** A new application of one major, with the packed packages installed. */
export class Application {
  constructor(work, facts, tarballs) {
    this.name = facts.name;
    this.tools = join(work, facts.name);
    this.cwd = join(this.tools, 'app');
    this.facts = facts;
    this.tarballs = tarballs;
  }

  /** By `nest new`; of its dependencies only what it takes to compile and run it is installed. */
  async create() {
    writeFileSync(join(this.tools, 'package.json'), JSON.stringify({ name: 'tools', private: true }));
    await this.npm(this.tools, `@nestjs/cli@${this.facts.cli}`);
    await this.nest(this.tools, 'new', 'app', '--skip-install', '--skip-git', '--package-manager', 'npm');
    this.changeJson('package.json', (manifest) => ({
      ...manifest,
      dependencies: this.dependencies(),
      devDependencies: { ...linters(manifest), ...COMPILER, ...this.facts.runner },
    }));
    // `baseUrl` of the older starter is an error in TypeScript 6.
    this.changeJson('tsconfig.json', ({ compilerOptions, ...rest }) => ({
      ...rest,
      compilerOptions: {
        ...compilerOptions,
        baseUrl: undefined,
        rootDir: '.',
        strict: true,
        incremental: false,
        types: [this.facts.types, 'node'],
      },
      include: ['src/main.ts', 'src/run-tasks.ts', 'src/tasks'],
    }));
    await this.npm(this.cwd);
  }

  /** The starter's own linter and formatter with its own rules: they must have nothing to mend, nor to warn of. */
  async lint() {
    const changed = ['src/app.module.ts', 'src/tasks'];
    const [linter, ...options] = this.facts.linter;
    await command(join(this.cwd, 'node_modules/.bin', linter), [...options, ...changed], { cwd: this.cwd });
    await command(join(this.cwd, 'node_modules/.bin/prettier'), ['--check', ...changed], { cwd: this.cwd });
  }

  /** What somebody types in the folder of the application. */
  nest(cwd, ...args) {
    return command(process.execPath, [join(this.tools, 'node_modules/@nestjs/cli/bin/nest.js'), ...args], { cwd });
  }

  /** The runner itself, which takes options that `nest generate` does not pass on. */
  schematic(...args) {
    const bin = join(this.tools, 'node_modules/@angular-devkit/schematics-cli/bin/schematics.js');
    return command(process.execPath, [bin, ...args], { cwd: this.cwd });
  }

  read(path) {
    return readFileSync(join(this.cwd, path), 'utf8');
  }

  replace(path, from, to) {
    writeFileSync(join(this.cwd, path), this.read(path).replace(from, to));
  }

  dependencies() {
    const { nest, platform } = this.facts;
    const packed = this.tarballs.filter(({ name }) => name !== '@tasker/embedded-postgres');
    return {
      ...{ '@nestjs/common': nest, '@nestjs/core': nest, '@nestjs/platform-express': platform },
      ...{ pg: '8.23.1', 'reflect-metadata': '0.2.2', rxjs: '7.8.2', typeorm: '1.1.1' },
      ...Object.fromEntries(packed.map(({ name, file }) => [name, `file:${file}`])),
    };
  }

  changeJson(path, change) {
    writeFileSync(join(this.cwd, path), JSON.stringify(change(JSON.parse(this.read(path))), null, 2));
  }

  npm(cwd, ...packages) {
    const options = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
    return command('npm', ['install', ...options, ...packages], { cwd, timeoutMs: 300_000 });
  }
}
