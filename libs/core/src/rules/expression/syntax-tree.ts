/** Two operands, both always evaluated. @internal */
export type BinaryOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-' | '*' | '/' | '%' | 'in';

/** What is done with each entry of a list, or each key of a map. @internal */
export type LoopName = 'all' | 'exists' | 'exists_one' | 'filter' | 'map';

type NodeOf<K extends string, T> = T & {
  readonly kind: K;
  /** Where it begins in the text, from 0. */
  readonly at: number;
};

/** An expression as a tree: what is left of its text once the grammar is through with it. @internal */
export type SyntaxNode =
  | NodeOf<'value', { readonly value: null | boolean | number | string }>
  | NodeOf<'name', { readonly name: string }>
  | NodeOf<'field', { readonly of: SyntaxNode; readonly key: string }>
  | NodeOf<'index', { readonly of: SyntaxNode; readonly index: SyntaxNode }>
  | NodeOf<'has', { readonly of: SyntaxNode; readonly key: string }>
  | NodeOf<'call', { readonly name: string; readonly target: SyntaxNode | null; readonly args: readonly SyntaxNode[] }>
  | NodeOf<'list', { readonly items: readonly SyntaxNode[] }>
  | NodeOf<'map', { readonly entries: readonly (readonly [key: SyntaxNode, value: SyntaxNode])[] }>
  | NodeOf<'unary', { readonly operator: '!' | '-'; readonly of: SyntaxNode }>
  | NodeOf<'binary', { readonly operator: BinaryOperator; readonly left: SyntaxNode; readonly right: SyntaxNode }>
  | NodeOf<'logic', { readonly operator: '&&' | '||'; readonly left: SyntaxNode; readonly right: SyntaxNode }>
  | NodeOf<'choose', { readonly test: SyntaxNode; readonly yes: SyntaxNode; readonly no: SyntaxNode }>
  | NodeOf<'loop', LoopParts>;

/** @internal */
export interface LoopParts {
  readonly name: LoopName;
  readonly over: SyntaxNode;
  readonly variable: string;
  /** Of `map` with three arguments: which entries are taken. */
  readonly filter: SyntaxNode | null;
  readonly body: SyntaxNode;
}

/** The parts of a node that are nodes themselves, in the order of the text. @internal */
export function partsOf(node: SyntaxNode): readonly SyntaxNode[] {
  switch (node.kind) {
    case 'field':
    case 'has':
    case 'unary':
      return [node.of];
    case 'index':
      return [node.of, node.index];
    case 'call':
      return node.target ? [node.target, ...node.args] : node.args;
    case 'list':
      return node.items;
    case 'map':
      return node.entries.flat();
    case 'binary':
    case 'logic':
      return [node.left, node.right];
    case 'choose':
      return [node.test, node.yes, node.no];
    case 'loop':
      return node.filter ? [node.over, node.filter, node.body] : [node.over, node.body];
    default:
      return [];
  }
}
