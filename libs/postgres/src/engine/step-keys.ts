import type { StepAttempt, StepKey } from '@tasker/core';
import { bigints, integers, smallints } from '../database/binary-array';

/** Two parameters: tasks and positions. */
export const keyArrays = (keys: readonly StepKey[]): unknown[] => [
  bigints(keys.map((key) => key.taskId)),
  smallints(keys.map((key) => key.position)),
];

/** Three parameters: tasks, positions and attempts. */
export const attemptArrays = (attempts: readonly StepAttempt[]): unknown[] => [
  ...keyArrays(attempts),
  integers(attempts.map(({ attempt }) => attempt)),
];
