import type { StepState, TaskState } from '@tasker/core';
import type { Tone } from './terminal';

const TONES: Readonly<Record<TaskState | StepState, Tone | undefined>> = {
  pending: 'dim',
  ready: undefined,
  in_progress: 'strong',
  waiting_for_retry: 'warn',
  waiting: 'warn',
  complete: 'good',
  error: 'bad',
  skipped: 'dim',
  cancelled: 'dim',
  resolved_manually: 'good',
  not_taken: 'dim',
};

/** How a state looks. @internal */
export const toneOf = (state: TaskState | StepState): Tone | undefined => TONES[state];
