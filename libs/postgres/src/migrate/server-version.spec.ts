import { assertServerVersion } from './server-version';

it.each([150000, 150013, 180004])('takes server version %i', (version) => {
  expect(() => assertServerVersion(version)).not.toThrow();
});

it.each([140012, 90624, 0])('refuses server version %i', (version) => {
  expect(() => assertServerVersion(version)).toThrow(/needs PostgreSQL 15 or newer; this is \d+/);
});
