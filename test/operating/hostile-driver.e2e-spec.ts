import { defaults, types } from 'pg';
import { TestApps } from '../module/support/boot-app';
import { expectWhole } from './support/whole-product';

const apps = new TestApps();

const OIDS = [
  16, 17, 20, 21, 23, 25, 114, 700, 701, 1082, 1114, 1184, 1700, 3802, 1000, 1005, 1007, 1009, 1016, 1185, 3807,
];
const asText = (text: string): string => text;
const set = (parser: (text: string) => unknown, ...oids: number[]): void =>
  oids.forEach((oid) => types.setTypeParser(oid, parser as never));

/** Puts the parsers of the process back. */
let restore: () => void;
beforeEach(() => {
  const before = OIDS.map((oid) => [oid, types.getTypeParser(oid as never)] as const);
  const kept = { ...defaults };
  restore = () => {
    before.forEach(([oid, parser]) => types.setTypeParser(oid, parser));
    Object.assign(defaults, kept);
  };
});
afterEach(async () => {
  restore();
  await apps.closeAll();
});

describe('with a driver that the host has made its own, everything works:', () => {
  it.each<[string, () => void]>([
    ['bigint as number', () => set(Number, 20)],
    ['parseInt8', () => Object.assign(defaults, { parseInt8: true })],
    ['bigint as BigInt', () => set(BigInt, 20)],
    ['booleans as text', () => set(asText, 16)],
    ['times as text', () => set(asText, 1082, 1114, 1184, 1185)],
    ['json as text', () => set(asText, 114, 3802, 3807)],
    ['numbers as text', () => set(asText, 21, 23, 700, 701)],
    ['floats as objects', () => set((text) => ({ text }), 700, 701, 1700)],
    ['arrays as text', () => set(asText, 1000, 1005, 1007, 1009, 1016)],
    ['everything as text', () => set(asText, ...OIDS)],
    ['everything as nothing', () => set(() => undefined, ...OIDS.filter((oid) => oid !== 25))],
    ['times limited to a moment', () => Object.assign(defaults, { query_timeout: 1, statement_timeout: 1 })],
    ['answers in binary', () => Object.assign(defaults, { binary: true })],
  ])(
    '%s',
    async (_what, spoil) => {
      const url = await apps.database();
      spoil();
      await expectWhole(apps, url);
    },
    60_000,
  );
});
