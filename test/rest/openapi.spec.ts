import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestApps } from '../module/support/boot-app';
import { openapiDocument } from './support/openapi-document';
import { restApp } from './support/rest-app';

const COMMITTED = join(__dirname, '../../docs/openapi.json');

describe('docs/openapi.json', () => {
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
