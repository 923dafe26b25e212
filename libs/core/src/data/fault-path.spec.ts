import { childPath, formatPath, parsePath, pointerPath } from './fault-path';

describe('paths of faults', () => {
  const paths: [string, (string | number)[]][] = [
    ['', []],
    ['steps[2].dependsOn[0]', ['steps', 2, 'dependsOn', 0]],
    ['context["a b"].$ref', ['context', 'a b', '$ref']],
    ['context["say \\"]\\""]["7"]', ['context', 'say "]"', '7']],
    ['[0]["é"][""]', [0, 'é', '']],
  ];

  it.each(paths)('%s can be written and read', (path, segments) => {
    expect(formatPath(segments)).toBe(path);
    expect(parsePath(path)).toEqual(segments);
  });

  it('grow by keys and indexes', () => {
    expect(childPath('', 'steps')).toBe('steps');
    expect(childPath('steps', 3)).toBe('steps[3]');
    expect(childPath('steps[3]', 'retry-limit')).toBe('steps[3]["retry-limit"]');
  });

  it('are made from JSON pointers', () => {
    expect(pointerPath('context', '')).toBe('context');
    expect(pointerPath('context', '/items/0/a~1b/c~0d')).toBe('context.items[0]["a/b"]["c~d"]');
    expect(pointerPath('', '/steps/1')).toBe('steps[1]');
  });
});
