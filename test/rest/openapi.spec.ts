import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestApps } from '../module/support/boot-app';
import { openapiDocument } from './support/openapi-document';
import { restApp } from './support/rest-app';

interface Described {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}

const COMMITTED = join(__dirname, '../../docs/openapi.json');

describe('docs/openapi.json', () => {
  it('is valid, says a validator that others wrote', async () => {
    // A package of ES modules, in a process of its own as Jest's are CommonJS.
    const validator = join(__dirname, '../../node_modules/@seriousme/openapi-schema-validator/bin/validate-api-cli.js');
    const { stdout, stderr } = spawnSync(process.execPath, [validator, COMMITTED], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(JSON.parse(stdout)).toEqual({ valid: true });
  });

  it('declares every parameter of every path', () => {
    const { paths } = JSON.parse(readFileSync(COMMITTED, 'utf8')) as {
      paths: Record<string, Record<string, Described>>;
    };
    const faults = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).flatMap(([method, { parameters = [] }]) => {
        const declared = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
        const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
        const wrong = [
          ...named.filter((one) => !declared.includes(one)),
          ...declared.filter((one) => !named.includes(one)),
        ];
        return wrong.map((name) => `${method} ${path}: ${name}`);
      }),
    );
    expect(faults).toEqual([]);
  });

  it('is what the sources say; `npm run docs:openapi` writes it', async () => {
    const document = JSON.parse(JSON.stringify(await openapiDocument())) as unknown;
    expect(JSON.parse(readFileSync(COMMITTED, 'utf8'))).toEqual(document);
  });

  it('is what an application tells of the module', async () => {
    const apps = new TestApps();
    try {
      const { document } = await restApp(apps, { options: { role: 'api' } });
      const committed = JSON.parse(readFileSync(COMMITTED, 'utf8')) as typeof document;
      const paths = Object.entries(committed.paths).map(([path, methods]) => [`/tasker${path}`, methods] as const);
      expect(JSON.parse(JSON.stringify(document.paths))).toEqual(Object.fromEntries(paths));
      expect(JSON.parse(JSON.stringify(document.components?.schemas))).toEqual(committed.components?.schemas);
    } finally {
      await apps.closeAll();
    }
  });
});
