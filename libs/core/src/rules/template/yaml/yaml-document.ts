import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseAllDocuments,
  type Document,
  type Node,
  type YAMLMap,
} from 'yaml';
import type { PathSegments } from '../../../data/fault-path';

/** A fault at a place of a YAML document. @internal */
export interface PlacedFault {
  readonly at: PathSegments;
  readonly message: string;
  /** From 1. Absent: the line of the place. */
  readonly line?: number;
}

/** Uses of anchors in a file, multiplied where they nest: enough for 10,000 steps, too few for a "billion laughs". */
const MAX_ALIASES = 20_000;

/** One document of a YAML file: its data, and which line each place of it stands on. @internal */
export class YamlDocument {
  constructor(
    private readonly document: Document.Parsed,
    private readonly lines: LineCounter,
  ) {}

  /** The documents of a file; empty ones are left out. */
  static parseAll(text: string): YamlDocument[] {
    const lines = new LineCounter();
    const documents = parseAllDocuments(text, { lineCounter: lines, merge: true, prettyErrors: false });
    return [...documents]
      .filter(({ contents, errors }) => errors.length > 0 || !(contents === null || isNothing(contents)))
      .map((document) => new YamlDocument(document, lines));
  }

  /** Faults of the notation. With any, the data is not to be trusted. */
  syntaxFaults(): PlacedFault[] {
    return [...this.document.errors, ...this.document.warnings].map(({ message, pos }) => ({
      at: [],
      message,
      line: this.lines.linePos(pos[0]).line,
    }));
  }

  /** The top node as a mapping, for whoever changes scalars in place. */
  get root(): YAMLMap | undefined {
    return isMap(this.document.contents) ? this.document.contents : undefined;
  }

  /** @throws {ReferenceError} when aliases multiply beyond all reason */
  data(): unknown {
    return this.document.toJS({ maxAliasCount: MAX_ALIASES }) as unknown;
  }

  has(path: PathSegments): boolean {
    return this.find(path).depth === path.length;
  }

  /** Line, from 1, of a place or of the nearest place around it that is written down. */
  lineOf(path: PathSegments): number {
    return this.lines.linePos(this.find(path).offset).line;
  }

  private find(path: PathSegments): { depth: number; offset: number } {
    let node: Node | null | undefined = this.document.contents;
    let offset = startOf(node) ?? 0;
    for (const [depth, segment] of path.entries()) {
      const found = childOf(this.resolve(node), segment);
      if (!found) return { depth, offset };
      offset = startOf(found.place) ?? offset;
      node = found.value;
    }
    return { depth: path.length, offset };
  }

  private resolve(node: Node | null | undefined): Node | null | undefined {
    return isAlias(node) ? node.resolve(this.document) : node;
  }
}

function childOf(
  node: Node | null | undefined,
  segment: string | number,
): { place: unknown; value: Node | null } | undefined {
  if (isSeq<Node>(node)) {
    const item = typeof segment === 'number' ? node.items[segment] : undefined;
    return item === undefined ? undefined : { place: item, value: item };
  }
  if (!isMap<Node, Node | null>(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(segment));
  return pair && { place: pair.key, value: pair.value };
}

const isNothing = (node: Node): boolean => isScalar(node) && node.value === null;

const startOf = (node: unknown): number | undefined =>
  (node as { range?: readonly [number, number, number] | null } | null | undefined)?.range?.[0];
