import { flowchart } from './flowchart';

describe('flowchart', () => {
  it('draws a template: parents above children, no colours', () => {
    const steps = [
      { name: 'pay', parents: [] },
      { name: 'pack', parents: [] },
      { name: 'ship', parents: ['pay', 'pack'] },
    ];
    expect(flowchart('order 1.0.0', steps)).toBe(
      [
        ...['---', 'title: "order 1.0.0"', '---', 'flowchart TD'],
        ...['  s0["pay"]', '  s1["pack"]', '  s2["ship"]', '  s0 --> s2', '  s1 --> s2', ''],
      ].join('\n'),
    );
  });

  it('draws a task: state as class and note, and only the classes it needs', () => {
    const drawn = flowchart('task 7', [
      { name: 'pay', parents: [], state: 'error', note: 'error, attempt 3 of 3' },
      { name: 'ship', parents: ['pay'], state: 'pending', blocked: true },
    ]);
    expect(drawn).toContain('  s0["pay<br/>error, attempt 3 of 3"]:::error');
    expect(drawn).toContain('  s1["ship"]:::blocked');
    expect(drawn.match(/classDef \w+/g)).toEqual(['classDef error', 'classDef blocked']);
  });

  it('lets no name break out of its box', () => {
    const [, line] =
      /^ {2}s0(.*)$/m.exec(flowchart('x', [{ name: '"]; click s0 "javascript:<b>#`é', parents: [] }])) ?? [];
    expect(line).toBe('["#34;#93;; click s0 #34;javascript:#60;b#62;#35;#96;é"]');
  });

  it('lets no title break out of its line', () => {
    expect(flowchart('a"\n---\nflowchart LR', []).split('\n')).toEqual([
      ...['---', 'title: "a\\"\\n---\\nflowchart LR"', '---', 'flowchart TD', ''],
    ]);
  });

  it('passes over parents that are not drawn', () => {
    expect(flowchart('x', [{ name: 'a', parents: ['elsewhere'] }])).not.toContain('-->');
  });
});
