import { normaliseTemplate, type StepTemplateInput } from '../template/step-defaults';
import { flowchart } from './flowchart';
import { templateSteps } from './template-steps';

const drawn = (...steps: StepTemplateInput[]): string[] =>
  flowchart('t', templateSteps(normaliseTemplate({ name: 't', steps })))
    .split('\n')
    .slice(4, -1);

describe('the diagram of a template', () => {
  it('has a rhombus for a switch, and dashed ways that say what takes them', () => {
    const lines = drawn(
      { name: 'check', handler: 'check', when: 'context.total > 0' },
      {
        ...{ name: 'route', dependsOn: 'check' },
        switch: [
          { when: 'parents.check.fast', steps: 'express' },
          { when: 'parents.check.gift', steps: 'express' },
          { default: ['normal'] },
        ],
      },
      { name: 'express', handler: 'Ship', dependsOn: 'route' },
      { name: 'normal', handler: 'Ship', dependsOn: 'route', when: `context.a == "${'x'.repeat(80)}"` },
      { name: 'tell', handler: 'tell', dependsOn: ['express', 'normal'] },
    );
    expect(lines).toEqual([
      '  s0["check<br/>when context.total #62; 0"]',
      '  s1{"route"}',
      '  s2["express<br/>Ship"]',
      '  s3["normal<br/>Ship"]',
      '  s4["tell"]',
      '  s0 --> s1',
      '  s1 -. "parents.check.fast or parents.check.gift" .-> s2',
      `  s1 -. "default, when context.a == #34;${'x'.repeat(46)}#8230;" .-> s3`,
      '  s2 --> s4',
      '  s3 --> s4',
    ]);
  });

  it('says of the dependents of a handler that chooses that they are chosen', () => {
    expect(drawn({ name: 'a', handler: 'a', choices: 'b' }, { name: 'b', handler: 'b', dependsOn: 'a' })).toContain(
      '  s0 -. "chosen" .-> s1',
    );
  });

  it('knows a parent by its own name alone', () => {
    const [line] = flowchart('x', [
      { name: 'toString', parents: [] },
      { name: 'a', parents: ['toString'], conditions: {} },
    ])
      .split('\n')
      .filter((text) => text.includes('s1'))
      .slice(-1);
    expect(line).toBe('  s0 --> s1');
  });
});
