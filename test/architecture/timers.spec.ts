import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { publishedFiles } from './support/source-files';

/** Timers of Node: of more than 24.8 days they fire at once, and of a fraction or less than nothing they do as they like. */
const TIMER = /\bsetTimeout\(|\bsetInterval\(|\bAbortSignal\.timeout\(|\bsleep\(/;

/** Where the time is a constant, or limited by what makes it; whatever a user names goes through the clock. */
const MAY = [
  'libs/core/src/ports/clock.ts',
  /^libs\/embedded-postgres\//,
  /^libs\/cli\//,
  'libs/postgres/src/database/lender.ts',
  'libs/postgres/src/database/open-client.ts',
  'libs/postgres/src/database/reach-database.ts',
  'libs/postgres/src/database/silence-watch.ts',
  'libs/postgres/src/database/waiting-line.ts',
  'libs/postgres/src/engine/announcement-listener.ts',
  'libs/postgres/src/engine/announcer.ts',
  'libs/postgres/src/migrate/migration-lock.ts',
  'src/auth/jwks-keys.ts',
  'src/health/within-time.ts',
  'src/metrics/database-reading.ts',
];

const may = (file: string): boolean =>
  MAY.some((place) => (typeof place === 'string' ? place === file : place.test(file)));

it('timers are made by the clock, which knows how long they may be', () => {
  const made = publishedFiles().filter((file) => TIMER.test(readFileSync(join(__dirname, '../..', file), 'utf8')));
  expect(made.filter((file) => !may(file))).toEqual([]);
});
