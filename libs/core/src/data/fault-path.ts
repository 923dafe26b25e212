const PLAIN_KEY = /^[A-Za-z_$][\w$]*$/;

/** A path taken apart: keys and indexes. @internal */
export type PathSegments = readonly (string | number)[];

/**
 * Appends a key or an index to a path: `steps` + 2 is `steps[2]`, `context` + `a b` is `context["a b"]`.
 *
 * @internal
 */
export function childPath(path: string, key: string | number): string {
  if (typeof key === 'number') return `${path}[${key}]`;
  if (!PLAIN_KEY.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

/**
 * A JSON pointer, as ajv reports places, written as a path below `path`. A segment of digits is taken as an index.
 *
 * @internal
 */
export function pointerPath(path: string, pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((parent, segment) => childPath(parent, /^\d+$/.test(segment) ? Number(segment) : segment), path);
}

/**
 * The path of segments; the inverse of {@link parsePath}.
 *
 * @internal
 */
export const formatPath = (segments: PathSegments): string => segments.reduce<string>(childPath, '');

/**
 * The segments of a path that {@link childPath} built.
 *
 * @internal
 */
export function parsePath(path: string): PathSegments {
  return [...path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([A-Za-z_$][\w$]*)/g)].map(([, index, quoted, plain]) => {
    if (index !== undefined) return Number(index);
    return quoted === undefined ? (plain ?? '') : (JSON.parse(quoted) as string);
  });
}
