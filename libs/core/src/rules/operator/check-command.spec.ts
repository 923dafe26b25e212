import type { TaskerError } from '../../errors/tasker-error';
import { checkCommand } from './check-command';
import type { OperatorAct, OperatorCommand } from './operator-command';

const BY: OperatorAct = { actor: 'ann' };
const LONG = 'x'.repeat(1_001);

/** Faults as `path: message`. */
function faults(command: object, act: object = BY): string[] {
  try {
    checkCommand(command as OperatorCommand, act as OperatorAct);
    return [];
  } catch (error) {
    expect(error).toMatchObject({ code: 'TSK_REQUEST_INVALID' });
    return ((error as TaskerError).details as { path: string; message: string }[]).map(
      ({ path, message }) => `${path}: ${message}`,
    );
  }
}

describe('a command from outside', () => {
  it.each<object>([
    { verb: 'cancel' },
    { verb: 'cancel', running: 'finish' },
    { verb: 'retry' },
    { verb: 'resolve' },
    { verb: 'pause', running: 'abort' },
    { verb: 'resume' },
    { verb: 'set_priority', priority: -100 },
    { verb: 'edit', tags: ['a'], taskReason: null },
    { verb: 'edit', taskReason: 'because' },
    { verb: 'rerun', step: 'a' },
    { verb: 'rerun', step: 'a', inputs: { x: 1 } },
    { verb: 'retry_step', step: 'a' },
    { verb: 'cancel_step', step: 'a' },
    { verb: 'skip_step', step: 'a', force: true },
    { verb: 'resolve_step', step: 'a' },
    { verb: 'resolve_step', step: 'a', result: [1, { a: null }] },
    { verb: 'edit_inputs', step: 'a', inputs: null },
  ])('is taken: %j', (command) => {
    expect(faults(command)).toEqual([]);
  });

  it.each<[object, string]>([
    [{}, 'verb: must be one of'],
    [{ verb: 'destroy' }, 'verb: must be one of'],
    [{ verb: 7 }, 'verb: must be one of'],
    [{ verb: 'toString' }, 'verb: must be one of'],
    [{ verb: 'cancel', running: 'maybe' }, "running: must be 'abort' or 'finish'"],
    [{ verb: 'pause', runing: 'abort' }, 'runing: unknown field; did you mean "running"?'],
    [{ verb: 'retry', constructor: 1 }, 'constructor: unknown field'],
    [{ verb: 'resume', step: 'a' }, 'step: unknown field; known: none'],
    [{ verb: 'set_priority' }, 'priority: is required'],
    [{ verb: 'set_priority', priority: 101 }, 'priority: must be an integer from -100 to 100'],
    [{ verb: 'set_priority', priority: -101 }, 'priority: must be an integer from -100 to 100'],
    [{ verb: 'set_priority', priority: 0.5 }, 'priority: must be an integer'],
    [{ verb: 'edit', tags: 'a' }, 'tags: must be at most 50 texts'],
    [{ verb: 'edit', tags: [''] }, 'tags: must be at most 50 texts'],
    [{ verb: 'edit', taskReason: LONG }, 'taskReason: must be a text of 1 to 1000 characters'],
    [{ verb: 'rerun' }, 'step: is required'],
    [{ verb: 'rerun', step: 'a', inputs: [] }, 'inputs: must be an object'],
    [{ verb: 'retry_step', step: '' }, 'step: must be a text of 1 to 128 characters'],
    [{ verb: 'cancel_step', step: 'a\0' }, 'step: must be a text'],
    [{ verb: 'skip_step', step: 'a', force: 1 }, 'force: must be true or false'],
    [{ verb: 'resolve_step', step: 'a', result: 'a\0b' }, 'result: must not contain'],
    [{ verb: 'edit_inputs', step: 'a' }, 'inputs: is required'],
    [{ verb: 'edit_inputs', step: 'a', inputs: 'x' }, 'inputs: must be an object'],
  ])('is refused: %j', (command, message) => {
    expect(faults(command)).toEqual([expect.stringContaining(message)]);
  });

  it.each<[object, string]>([
    [{}, 'actor: is required'],
    [{ actor: '' }, 'actor: must be a text of 1 to 200 characters'],
    [{ actor: 'a', reason: LONG }, 'reason: must be a text of 1 to 1000 characters'],
    [{ actor: 'a', ifVersion: -1 }, 'ifVersion: must be an integer'],
    [{ actor: 'a', ifVersion: '3' }, 'ifVersion: must be an integer'],
    [{ actor: 'a', reson: 'x' }, 'reson: unknown field; did you mean "reason"?'],
  ])('is refused for its act: %j', (act, message) => {
    expect(faults({ verb: 'retry' }, act)).toEqual([expect.stringContaining(message)]);
  });

  it('hears of every fault at once', () => {
    expect(faults({ verb: 'rerun', inputs: 3, x: 1 }, { reason: '' })).toHaveLength(5);
  });

  it.each([() => 1, 10n, Symbol('s'), NaN, new Map()])('is refused for data that is no JSON, such as %p', (value) => {
    expect(faults({ verb: 'resolve_step', step: 'a', result: value })).toEqual([
      expect.stringMatching(/^result: must/),
    ]);
    expect(faults({ verb: 'rerun', step: 'a', inputs: { value } })).toEqual([
      expect.stringMatching(/^inputs\.value: must/),
    ]);
  });
});
