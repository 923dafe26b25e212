import { isMap, isScalar, isSeq, parseDocument, Scalar, type Node, type Pair } from 'yaml';
import type { PathSegments } from '../../../data/fault-path';
import type { PlacedFault } from './yaml-document';

/** Values of variables by name; undefined is not set. @internal */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `$${` is a literal `${`; otherwise a name and perhaps a default. */
const REFERENCE = /\$\$\{|\$\{([^}]*)\}/g;
const CONTENT = /^([A-Za-z_]\w*)(?::-(.*))?$/s;

/**
 * Replaces `${VAR}` and `${VAR:-default}` in the text scalars below a node, in place. As in a shell, the default also
 * stands in for an empty value; `$${` is a literal `${`. Keys are left alone.
 *
 * A plain (unquoted) scalar that is one reference and nothing else gets the type its text has in YAML, so
 * `${LIMIT:-5}` is a number; within quotes it stays text.
 *
 * @returns references that have neither value nor default, or are no references at all
 *
 * @internal
 */
export function interpolate(node: unknown, at: PathSegments, env: Environment): PlacedFault[] {
  if (isMap<Node, Node | null>(node)) {
    return node.items.flatMap(({ key, value }: Pair<Node, Node | null>) =>
      interpolate(value, [...at, String(isScalar(key) ? key.value : key)], env),
    );
  }
  if (isSeq(node)) return node.items.flatMap((item, index) => interpolate(item, [...at, index], env));
  if (!isScalar(node) || typeof node.value !== 'string') return [];
  const misplaced = misplacedLive(node.value, at);
  if (!node.value.includes('${')) return misplaced;
  const { text, faults } = interpolateText(node.value, env);
  const whole = node.value.replace(REFERENCE, '') === '' && node.value.match(REFERENCE)?.length === 1;
  node.value = whole && node.type === Scalar.PLAIN ? plainValue(text) : text;
  return [...misplaced, ...faults.map((message) => ({ at, message }))];
}

/** What is resolved where a step runs may stand where only its handler looks. */
function misplacedLive(text: string, at: PathSegments): PlacedFault[] {
  if (!/(?<!\$)\$env\{/.test(text) || at.includes('handler_config')) return [];
  return [{ at, message: '$env{…} may stand in handler_config only; ${…} is for everything else' }];
}

/** Writes a text so that {@link interpolate} gives it back. @internal */
export const escapeReferences = (text: string): string => text.replaceAll('${', '$$${');

function interpolateText(written: string, env: Environment): { text: string; faults: string[] } {
  const faults: string[] = [];
  const text = written.replace(REFERENCE, (reference, content?: string) => {
    if (content === undefined) return '${';
    const [, name, fallback] = CONTENT.exec(content) ?? [];
    if (name === undefined) {
      faults.push(`${reference} is not a variable; write $${reference} for the text itself`);
      return reference;
    }
    // Its own: every object has something of the name `constructor`.
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value !== undefined && (value !== '' || fallback === undefined)) return value;
    if (fallback === undefined) faults.push(`the variable ${name} is not set and has no default`);
    return fallback ?? '';
  });
  return { text, faults };
}

/** Numbers, booleans and null as YAML reads them; whatever else a value may look like, it stays text. */
function plainValue(text: string): unknown {
  const { contents, errors } = parseDocument(text);
  const isWhole = errors.length === 0 && isScalar(contents) && contents.source === text && text !== '';
  return isWhole && contents.type === Scalar.PLAIN ? contents.value : text;
}
