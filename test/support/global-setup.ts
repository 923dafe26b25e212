// By path: Jest does not apply moduleNameMapper to global set-up.
import { resolveDatabase, type ResolvedDatabase } from '../../libs/embedded-postgres/src';

declare global {
  var testServer: ResolvedDatabase | undefined;
}

/** One server for all test files; each takes databases of its own from it. Set TEST_DATABASE_URL to use another. */
export default async function setup(): Promise<void> {
  globalThis.testServer = await resolveDatabase({
    envNames: ['TEST_DATABASE_URL'],
    settings: { max_connections: 300 },
  });
  process.env['TEST_DATABASE_URL'] = globalThis.testServer.url;
}
