import type { StepTemplateDefinition, TaskTemplateDefinition } from './definition';

/** Every kind of step. @public */
export const STEP_KINDS = ['handler', 'switch', 'sleep', 'wait_for', 'approval'] as const;

/** What a step is: the work of a handler, or something the engine decides itself. @public */
export type StepKind = (typeof STEP_KINDS)[number];

/** Handler and queue of what the engine decides itself. Names of users never begin with `@`. @public */
export const ENGINE_NAME = '@engine';

/** The highest level of templates that this engine understands. @public */
export const ENGINE_LEVEL = 2;

/** The keys that make a step another kind than `handler`. @internal */
export const KIND_KEYS = {
  switch: 'switch',
  sleepMs: 'sleep',
  sleepUntil: 'sleep',
  waitFor: 'wait_for',
  approval: 'approval',
} as const satisfies Partial<Record<keyof StepTemplateDefinition, StepKind>>;

/** Keys that only engines of level 2 understand; those that make a kind besides. */
const GRAPH_KEYS = [
  'when',
  'runIf',
  'choices',
  'suspends',
  'transactional',
  'totalTimeoutMs',
  'startTimeoutMs',
  'heartbeatTimeoutMs',
] as const satisfies (keyof StepTemplateDefinition)[];

/**
 * The kind of a step, told by the keys it has.
 *
 * @public
 */
export function kindOf(step: Readonly<Partial<Record<keyof typeof KIND_KEYS, unknown>>>): StepKind {
  for (const key of Object.keys(KIND_KEYS) as (keyof typeof KIND_KEYS)[]) {
    if (step[key] !== undefined) return KIND_KEYS[key];
  }
  return 'handler';
}

/** Whether a step may wait without a worker. @internal */
export const mayWait = ({ kind, definition }: { kind: StepKind; definition: StepTemplateDefinition }): boolean =>
  kind === 'sleep' || kind === 'wait_for' || kind === 'approval' || definition.suspends === true;

/**
 * The lowest engine level that understands every key of a definition: 1 for a plain graph of handlers.
 *
 * @public
 */
export const levelOf = ({ steps, deadlineMs }: TaskTemplateDefinition): number =>
  deadlineMs !== undefined ||
  steps.some((step) => kindOf(step) !== 'handler' || GRAPH_KEYS.some((key) => step[key] !== undefined))
    ? 2
    : 1;

/**
 * True for a step whose own result takes some of its children and leaves the others out.
 *
 * @public
 */
export const isChoice = (step: Pick<StepTemplateDefinition, 'switch' | 'choices'>): boolean =>
  step.switch !== undefined || step.choices !== undefined;
