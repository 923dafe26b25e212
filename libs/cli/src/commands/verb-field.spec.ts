import { VERBS, type VerbField } from '@tasker/core';
import { Command } from 'commander';
import { fieldOption } from './verb-field';

const typed = (field: VerbField, text: string): unknown =>
  new Command()
    .exitOverride()
    .addOption(fieldOption('choice', field))
    .parse(['--choice', text], { from: 'user' })
    .opts()['choice'];

describe('a field of names on the command line', () => {
  const { choice } = VERBS.skip_step.fields;

  it.each([
    ['express', ['express']],
    ['express, standard', ['express', 'standard']],
    ['', []],
  ])('is read with commas between them, and may be nobody: %j', (text, names) => {
    expect(typed(choice, text)).toEqual(names);
  });

  it('says so in its help', () => {
    expect(fieldOption('choice', choice).flags).toBe('--choice <names>');
  });
});
