import { TaskerError } from '@tasker/core';
import { withSchema } from './with-schema';

const cases: [what: string, sql: string, schema: string, expected: string][] = [
  ['a table', 'select * from tasker.tasks', 'tasker', 'select * from "tasker".tasks'],
  ['an awkward name', 'tasker.tasks', 'My "odd" schéma', '"My ""odd"" schéma".tasks'],
  ['a name with a dollar, which replace() would expand', 'tasker.tasks', "a$&b$'c", `"a$&b$'c".tasks`],
  ['a literal', "f('tasker.tasks')", `o'dd "x"`, `f('"o''dd ""x""".tasks')`],
  ['a literal after an escaped quote', "f('it''s tasker.tasks'), tasker.x", "o'd", `f('it''s "o''d".tasks'), "o'd".x`],
  [
    'an apostrophe in a comment',
    "-- this worker's\ntasker.a -- it's\n'tasker.b'",
    's',
    `-- this worker's\n"s".a -- it's\n'"s".b'`,
  ],
  ['a quoted identifier', 'select "tasker.x", tasker.y', 's', 'select "tasker.x", "s".y'],
  ['a longer word', 'nottasker.x, tasker_x.y', 's', 'nottasker.x, tasker_x.y'],
  ['a function body', 'as $$ select 1 from tasker.a $$', 's', 'as $$ select 1 from "s".a $$'],
];

it.each(cases)('writes the schema into %s', (_what, sql, schema, expected) => {
  expect(withSchema(sql, schema)).toBe(expected);
});

it.each(['', 'x'.repeat(64), 'é'.repeat(32), 'pg_mine', '100%', 'a$$b', 'a\u0000b'])(
  'refuses the name %j',
  (schema) => {
    expect(() => withSchema('tasker.a', schema)).toThrow(TaskerError);
  },
);
