import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';

const files = globSync('src/**/*.ts', { ignore: '**/*.spec.ts' });

/** Modules a file imports that are not of this package. */
const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/ from '([^.'][^']*)'/g)].map(([, name]) => name ?? '');

describe('the imports of the Nest layer', () => {
  it('go to public entries of Nest only', () => {
    const names = new Set(files.flatMap(importsOf).filter((name) => name.startsWith('@nestjs/')));
    expect([...names].sort()).toEqual(['@nestjs/common', '@nestjs/core', '@nestjs/event-emitter']);
  });

  it('need the optional peer in its own entry only', () => {
    const needing = files.filter((file) => importsOf(file).includes('@nestjs/event-emitter'));
    expect(needing).not.toEqual([]);
    expect(needing.filter((file) => !file.startsWith('src/event-emitter/'))).toEqual([]);
  });
});
