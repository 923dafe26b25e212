import { readFileSync } from 'node:fs';
import { globSync } from 'tinyglobby';

const files = globSync('src/**/*.ts', { ignore: '**/*.spec.ts' });

/** Modules a file imports that are not of this package. */
const importsOf = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/ from '([^.'][^']*)'/g)].map(([, name]) => name ?? '');

/** Folders of the entries that need an optional peer. */
const NEEDED_BY: Readonly<Record<string, readonly string[]>> = {
  '@nestjs/event-emitter': ['src/event-emitter/'],
  '@nestjs/swagger': ['src/rest/', 'src/health/', 'src/metrics/'],
  '@nestjs/terminus': ['src/health/'],
  'passport-jwt': ['src/auth/'],
  'prom-client': ['src/metrics/'],
};

describe('the imports of the Nest layer', () => {
  it('go to public entries of Nest only', () => {
    const names = new Set(files.flatMap(importsOf).filter((name) => name.startsWith('@nestjs/')));
    const optional = Object.keys(NEEDED_BY).filter((name) => name.startsWith('@nestjs/'));
    expect([...names].sort()).toEqual(['@nestjs/common', '@nestjs/core', ...optional].sort());
  });

  it.each(Object.entries(NEEDED_BY))('need the optional peer %s in its own entries only', (peer, folders) => {
    const needing = files.filter((file) => importsOf(file).includes(peer));
    expect(needing).not.toEqual([]);
    expect(needing.filter((file) => !folders.some((folder) => file.startsWith(folder)))).toEqual([]);
  });
});
