import type { SyntaxNode } from './syntax-tree';

/** What the text of an expression says about its value. @public */
export type StaticKind =
  'true or false' | 'a number' | 'a text' | 'a list' | 'a map' | 'null' | 'a timestamp' | 'a duration';

const BY_FUNCTION: ReadonlyMap<string, StaticKind> = new Map(
  Object.entries({
    ...{ contains: 'true or false', startsWith: 'true or false', endsWith: 'true or false', bool: 'true or false' },
    ...{ size: 'a number', int: 'a number', double: 'a number', string: 'a text' },
    ...{ timestamp: 'a timestamp', duration: 'a duration' },
  }),
);

const OF_LOOP = {
  all: 'true or false',
  exists: 'true or false',
  exists_one: 'true or false',
  filter: 'a list',
  map: 'a list',
} as const;

const OF_UNARY = { '!': 'true or false', '-': 'a number' } as const;

/**
 * The kind of value an expression gives, where its text says so.
 *
 * @returns undefined when that depends on what it reads
 * @internal
 */
export function staticKind(node: SyntaxNode): StaticKind | undefined {
  switch (node.kind) {
    case 'value':
      return kindOfLiteral(node.value);
    case 'list':
      return 'a list';
    case 'map':
      return 'a map';
    case 'has':
    case 'logic':
      return 'true or false';
    case 'unary':
      return OF_UNARY[node.operator];
    case 'binary':
      return kindOfOperation(node);
    case 'call':
      return BY_FUNCTION.get(node.name);
    case 'loop':
      return OF_LOOP[node.name];
    case 'choose': {
      const kind = staticKind(node.yes);
      return kind === staticKind(node.no) ? kind : undefined;
    }
    default:
      return undefined;
  }
}

function kindOfLiteral(value: null | boolean | number | string): StaticKind {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return 'true or false';
  return typeof value === 'number' ? 'a number' : 'a text';
}

function kindOfOperation({ operator, left, right }: Extract<SyntaxNode, { kind: 'binary' }>): StaticKind | undefined {
  if (operator === '*' || operator === '/' || operator === '%') return 'a number';
  if (operator !== '+' && operator !== '-') return 'true or false';
  const kind = staticKind(left);
  return kind === staticKind(right) && kind !== 'a timestamp' ? kind : undefined;
}
