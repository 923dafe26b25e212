import { below } from '../../support/seeded-random';
import type { DocumentedOperation } from './contract';

type Json = Record<string, unknown>;

const DEEP = 3_000;
const LONG = 5_000;
const MAX_QUERY = 10_000;
/** Numbers JavaScript cannot write, put in place of this text in the finished JSON. */
const RAW_NUMBER = '"@raw-number@"';
const RAW_NUMBERS = ['1e400', '-1e400', '123456789012345678901234567890', '0.1e-400', '1.5e300'];

const TEXTS = [
  ...["'; drop table tasker.tasks; --", "1' or '1'='1", '1; select pg_sleep(10)', '$1', '%s%n', '{{7*7}}', '${7*7}'],
  ...[
    '\u0000',
    'a\u0000b',
    '\ud800',
    '\udfff x',
    '\u202e\u0007\u001b[31m',
    'ﷺ'.repeat(50),
    '🧨'.repeat(200),
    '\ufeff',
    '𝕏',
  ],
  ...[
    '',
    ' ',
    '\n\r\t',
    '../../etc/passwd',
    'null',
    'undefined',
    'NaN',
    '-0',
    '0',
    '-1',
    '9223372036854775808',
    '1e999',
  ],
  ...['__proto__', 'constructor', 'toString', '[object Object]', '[]', '{}', '{"a":', '\\', '"', '%', '%00', '%zz'],
  'x'.repeat(LONG),
];
const VALUES: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1.5,
    2 ** 31,
    2 ** 53,
    -(2 ** 63),
    Number.MAX_VALUE,
    [],
    {},
    [[]],
    [null],
    { a: { b: 1 } },
  ],
  ...[['__proto__'], { constructor: { prototype: {} } }, Array.from({ length: 1_001 }, () => 'x')],
];

/** A request as it goes over the wire. */
export interface HostileRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** Makes requests that are wrong in one or two ways out of what the document says would be right. */
export class HostileRequests {
  constructor(
    private readonly random: () => number,
    private readonly known: Readonly<Record<string, string>>,
    private readonly plain: (schema: unknown) => unknown,
  ) {}

  make({ method, path, operation }: DocumentedOperation): HostileRequest {
    const { parameters = [], requestBody } = operation;
    const content = requestBody?.content['application/json'];
    const [example] = Object.values(content?.examples ?? {});
    const places = ['query', ...parameters.map(({ in: place }) => place), ...(content ? ['body', 'body', 'body'] : [])];
    const target = this.pick(places);
    const named = parameters.filter(({ in: place }) => place === target);
    const sound = example && JSON.stringify(example.value);
    const body = target === 'body' && content ? this.body(this.plain(content.schema) as Json, example?.value) : sound;
    return {
      method,
      path: this.path(path, target === 'path') + (target === 'query' ? this.query(named) : ''),
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(target === 'header' ? this.headers(named) : {}),
      },
      ...(body === undefined ? {} : { body }),
    };
  }

  private path(path: string, hostile: boolean): string {
    return path.replace(/\{(\w+)\}/g, (_, name: string) =>
      encode((hostile && this.text()) || (this.known[name] ?? 'x')),
    );
  }

  private query(parameters: NonNullable<DocumentedOperation['operation']['parameters']>): string {
    const count = 1 + this.below(3);
    const pairs = Array.from({ length: count }, () => {
      const name = parameters.length > 0 && this.below(5) > 0 ? this.pick(parameters).name : this.text();
      const value = this.below(4) > 0 ? this.text() : JSON.stringify(this.pick(VALUES));
      return `${encode(name)}=${encode(value)}`;
    });
    // Node itself refuses a request line of more than 16 KiB, and hangs up.
    return `?${pairs.join('&').slice(0, MAX_QUERY).replace(/%.?$/, '')}`;
  }

  private headers(parameters: NonNullable<DocumentedOperation['operation']['parameters']>): Record<string, string> {
    const values = [
      "'; drop table x; --",
      '""',
      '"v-1"',
      '"v99999999999999999999"',
      'x'.repeat(LONG),
      '*',
      ', ,',
      'W/"v1-a"',
    ];
    return Object.fromEntries(parameters.map(({ name }) => [name, this.pick(values)]));
  }

  private body(schema: Json, example: unknown): string {
    switch (this.below(10)) {
      case 0:
        return this.pick(['', '{', '[1,', '{"a":}', 'nothing', '"\\ud800"', '\u0000', '{"a":1}{"b":2}']);
      case 1:
        return `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`;
      case 2:
        return JSON.stringify(this.pick(VALUES));
      case 3:
        return `{"__proto__":{"admin":true},"x":${JSON.stringify(this.text())}}`;
      default:
        return JSON.stringify(this.spoiled(schema, example)).replaceAll(RAW_NUMBER, this.pick(RAW_NUMBERS));
    }
  }

  /** The example with one of its properties, at some depth, replaced by something hostile; or with one that is unknown. */
  private spoiled(schema: Json, value: unknown): unknown {
    const properties = Object.keys((schema['properties'] as Json | undefined) ?? {});
    if (properties.length === 0 || this.below(6) === 0) return this.value();
    const whole = { ...(value as Json) };
    const name = this.below(8) === 0 ? this.text() : this.pick(properties);
    const inner = ((schema['properties'] as Json)[name] ?? {}) as Json;
    const items = inner['items'] as Json | undefined;
    if (inner['properties'] && this.below(2) === 0) whole[name] = this.spoiled(inner, whole[name] ?? {});
    else if (items && this.below(2) === 0) whole[name] = [this.spoiled(items, {}), this.value()];
    else whole[name] = this.value();
    return whole;
  }

  private value(): unknown {
    switch (this.below(5)) {
      case 0:
        return this.pick(VALUES);
      case 1:
        return JSON.parse(RAW_NUMBER);
      case 2:
        return JSON.parse(`${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`) as unknown;
      default:
        return this.text();
    }
  }

  private text(): string {
    return this.pick(TEXTS);
  }

  private pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }

  private below(limit: number): number {
    return below(this.random, limit);
  }
}

/** What cannot be encoded goes as it is. */
const encode = (text: string): string => (text.isWellFormed() ? encodeURIComponent(text) : 'half-a-pair');
