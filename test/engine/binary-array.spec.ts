import { Client } from 'pg';
import { bigints, booleans, integers, smallints, texts } from '../../libs/postgres/src/database/binary-array';
import { testDatabase, type TestDatabase } from '../support/database';
import { below, SEED, seededRandom } from '../support/seeded-random';

const [MAX, MIN] = ['9223372036854775807', '-9223372036854775808'];

let database: TestDatabase;
let client: Client;

beforeAll(async () => {
  database = await testDatabase();
  client = new Client({ connectionString: database.url });
  await client.connect();
});
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** The elements as the server has read them, as text. */
async function roundTrip(type: string, array: Buffer): Promise<(string | null)[]> {
  const { rows } = await client.query<{ elements: (string | null)[] }>(
    `select coalesce((select array_agg(e::text order by n) from unnest($1::${type}[]) with ordinality as x(e, n)), '{}') as elements`,
    [array],
  );
  return rows[0]?.elements ?? [];
}

describe('arrays in binary, as the server reads them', () => {
  it.each<[string, Buffer, string[]]>([
    ['bigint', bigints(['0', '-1', MAX, MIN]), ['0', '-1', MAX, MIN]],
    ['int', integers([0, -1, 2_147_483_647, -2_147_483_648]), ['0', '-1', '2147483647', '-2147483648']],
    ['smallint', smallints([0, -1, 32_767, -32_768]), ['0', '-1', '32767', '-32768']],
    ['boolean', booleans([true, false, true]), ['true', 'false', 'true']],
  ])('%s', async (type, array, expected) => {
    expect(await roundTrip(type, array)).toEqual(expected);
  });

  it.each([
    ['bigint', bigints([])],
    ['int', integers([])],
    ['smallint', smallints([])],
    ['boolean', booleans([])],
    ['text', texts([])],
  ])('%s without elements', async (type, array) => {
    expect(await roundTrip(type, array)).toEqual([]);
  });

  it('text: null, nothing, quotes, braces, many bytes per character', async () => {
    const elements = [null, '', 'NULL', '"\\,{}\'', 'é😀\u0001\n', 'x'.repeat(70_000), null];
    expect(await roundTrip('text', texts(elements))).toEqual(elements);
  });

  it(`anything (seed ${SEED})`, async () => {
    const random = seededRandom(SEED);
    const text = () =>
      String.fromCodePoint(...Array.from({ length: below(random, 20) }, () => 1 + below(random, 0xd7ff)));
    for (let round = 0; round < 50; round++) {
      const elements = Array.from({ length: below(random, 30) }, () => (random() < 0.2 ? null : text()));
      expect(await roundTrip('text', texts(elements))).toEqual(elements);
      const numbers = elements.map(() => below(random, 2 ** 32) - 2 ** 31);
      expect(await roundTrip('int', integers(numbers))).toEqual(numbers.map(String));
    }
  });
});
