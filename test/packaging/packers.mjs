import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { transform } from '@swc/core';

const SWC = {
  jsc: {
    target: 'es2022',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
    minify: { compress: true, mangle: { topLevel: true } },
  },
  module: { type: 'commonjs' },
  minify: true,
};

/** Compiles the sources with SWC so that no class keeps its name; returns the folder. */
export async function minifyWithSwc(cwd) {
  const folder = join(cwd, 'minified');
  mkdirSync(folder);
  for (const file of readdirSync(join(cwd, 'src'))) {
    const { code } = await transform(readFileSync(join(cwd, 'src', file), 'utf8'), { ...SWC, filename: file });
    writeFileSync(join(folder, file.replace(/\.ts$/, '.js')), code);
  }
  return folder;
}

/** Makes one file of a compiled application, alone in a folder; returns it. */
export async function packWithWebpack(tools, cwd, isMinified) {
  const require = createRequire(join(tools, 'package.json'));
  const webpack = require('webpack');
  const path = mkdtempSync(join(tmpdir(), 'tasker-webpack-'));
  // Nest and TypeORM ask for many packages that are not there; whoever bundles leaves those out.
  const leaveOutWhatIsAbsent = ({ context, request, getResolve }, callback) => {
    if (/^(\.|\/|node:)/.test(request)) return callback();
    getResolve()(context, request, (error) => callback(null, error ? `commonjs ${request}` : undefined));
  };
  const compiler = webpack({
    ...{ mode: 'production', target: 'node20', entry: join(cwd, 'dist/express.js'), context: cwd },
    output: { path, filename: 'app.js' },
    externals: [leaveOutWhatIsAbsent],
    optimization: { minimize: isMinified },
    performance: false,
  });
  const stats = await new Promise((resolve, reject) =>
    compiler.run((error, found) => (error ? reject(error) : compiler.close(() => resolve(found)))),
  );
  if (stats.hasErrors()) throw new Error(stats.toString({ all: false, errors: true }));
  return join(path, 'app.js');
}
