import type {
  BackoffDefinition,
  CustomEventDefinition,
  RunIf,
  SearchAttributeDefinition,
  StepTemplateDefinition,
  SwitchCase,
  TaskTemplateDefinition,
} from './definition';
import { isNode, walkGraph } from './graph';
import { ENGINE_NAME, kindOf } from './step-kind';
import { isRecord } from '../../data/record';

/** A type whose optional fields may also be given as undefined. */
type Loose<T> = { [K in keyof T]: T[K] | undefined };

/**
 * A case of a `switch` as people write it: an expression with one child or several; the default, last, has no expression
 * or is written `{ default: … }`.
 *
 * @public
 */
export type SwitchCaseInput<TStep extends string = string> =
  | { readonly when?: string | undefined; readonly steps: TStep | readonly TStep[] }
  | { readonly default: TStep | readonly TStep[] };

/** A step as people write it: everything that has a default may be left out. @public */
export interface StepTemplateInput extends Loose<
  Partial<
    Omit<
      StepTemplateDefinition,
      'name' | 'handler' | 'dependsOn' | 'customEvents' | 'switch' | 'choices' | 'runIf' | 'transactional'
    >
  >
> {
  readonly name: string;
  /** Name of the step handler. Only steps that the engine decides itself have none. */
  readonly handler?: string | undefined;
  /** One name or several. */
  readonly dependsOn?: string | readonly string[] | undefined;
  /** Which parents have to have run, when a branch left some of them out. Default `any`. */
  readonly runIf?: RunIf | undefined;
  /** Makes the step one without a handler: of its direct children, those of the first case that holds run. */
  readonly switch?: readonly SwitchCaseInput[] | undefined;
  /** Direct children of which the handler names those that run: one name or several. */
  readonly choices?: string | readonly string[] | undefined;
  /** True: the handler writes in the transaction that records its outcome, so that both happen or neither. Default false. */
  readonly transactional?: boolean | undefined;
  /** Events by name alone, or with a description. */
  readonly customEvents?: readonly (string | CustomEventDefinition)[] | undefined;
}

/** A search attribute as people write it. @public */
export interface SearchAttributeInput extends Loose<Partial<Omit<SearchAttributeDefinition, 'name'>>> {
  readonly name: string;
}

/** A template as people write it: everything that has a default may be left out. @public */
export interface TaskTemplateInput extends Loose<
  Partial<Omit<TaskTemplateDefinition, 'name' | 'steps' | 'customEvents' | 'searchAttributes'>>
> {
  readonly name: string;
  readonly steps: readonly StepTemplateInput[];
  /** Values of the context by which tasks are found, at most 20. */
  readonly searchAttributes?: readonly SearchAttributeInput[] | undefined;
  /** Events by name alone, or with a description. */
  readonly customEvents?: readonly (string | CustomEventDefinition)[] | undefined;
  /** False: steps run one at a time, in declared order as far as dependencies allow. Default true. */
  readonly concurrent?: boolean | undefined;
}

/** Values of the fields a step leaves out. @internal */
export const STEP_DEFAULTS = {
  dependsOn: [],
  retryable: true,
  retryLimit: 3,
  backoff: {},
  timeoutMs: null,
  skippable: false,
  queue: 'default',
  onWorkerLoss: 'retry',
  handlerConfig: {},
  customEvents: [],
} as const satisfies Partial<StepTemplateDefinition>;

/** What a step has that the engine decides itself. @internal */
export const ENGINE_DECIDED = { handler: ENGINE_NAME, queue: ENGINE_NAME } as const;

/** What the steps of an application have where they say nothing themselves; part of the definition like all of it. @public */
export type StepDefaults = Partial<Pick<StepTemplateDefinition, 'retryLimit' | 'backoff'>>;

/** Values of the fields a template leaves out; namespace and version are the original's. */
const TEMPLATE_DEFAULTS = {
  namespace: 'default',
  version: '0.1.0',
  customEvents: [],
  handlerConfig: {},
} as const satisfies Partial<TaskTemplateDefinition>;

/**
 * Fills in the defaults of a step. Nothing is checked: unknown fields and wrong types pass through, so that
 * `checkDefinition` can report them at their place.
 *
 * @public
 */
export function normaliseStep(input: StepTemplateInput, defaults: StepDefaults = {}): StepTemplateDefinition {
  if (!isRecord(input)) return input as StepTemplateDefinition;
  const { dependsOn, customEvents, runIf, switch: cases, choices, transactional, ...rest } = definedOnly(input);
  const byEngine = kindOf(input) !== 'handler';
  return {
    ...STEP_DEFAULTS,
    ...(byEngine ? ENGINE_DECIDED : definedOnly(defaults)),
    ...(rest as Pick<StepTemplateDefinition, 'name' | 'handler'>),
    ...(isRecord(rest.backoff) && defaults.backoff && { backoff: mergedBackoff(rest.backoff, defaults.backoff) }),
    // Left out when false, so that the revision stays one that every engine understands.
    ...(transactional !== undefined && transactional !== false && { transactional }),
    ...(runIf !== undefined && runIf !== 'any' && { runIf }),
    ...(cases !== undefined && { switch: mapList(cases, asCase) }),
    ...(choices !== undefined && { choices: asList(choices) }),
    dependsOn: asList(dependsOn ?? STEP_DEFAULTS.dependsOn),
    customEvents: mapList(customEvents ?? STEP_DEFAULTS.customEvents, asEvent),
  };
}

/**
 * Fills in the defaults of a template and its steps. Nothing is checked, see {@link normaliseStep}.
 *
 * - Steps without a dependent system get the template's.
 * - A custom event without a dot, as the original's own files have them, gets the template's name in front:
 *   `started` of `import` is `import.started`.
 * - `concurrent: false` makes each step depend on the one before it as well, and thereby see its result.
 *
 * Normalising a definition changes nothing.
 *
 * @param defaults what steps have where they say nothing themselves
 * @public
 */
export function normaliseTemplate(input: TaskTemplateInput, defaults: StepDefaults = {}): TaskTemplateDefinition {
  if (!isRecord(input)) return input as TaskTemplateDefinition;
  const { concurrent, steps, customEvents, searchAttributes, ...rest } = definedOnly(input);
  const own = (event: string | CustomEventDefinition): CustomEventDefinition => qualified(asEvent(event), input.name);
  const filled = mapList(steps, (step) => {
    const full = normaliseStep(step, defaults);
    if (!isRecord(full)) return full;
    const dependentSystem = full.dependentSystem ?? input.defaultDependentSystem;
    return {
      ...full,
      ...(dependentSystem === undefined ? {} : { dependentSystem }),
      customEvents: mapList(full.customEvents, own),
    };
  });
  return {
    ...TEMPLATE_DEFAULTS,
    ...(rest as Pick<TaskTemplateDefinition, 'name'>),
    // Left out when empty, so that whoever has none keeps the digest of before there were any.
    ...(isEmpty(searchAttributes) ? {} : { searchAttributes: mapList(searchAttributes, asAttribute) }),
    customEvents: mapList(customEvents ?? TEMPLATE_DEFAULTS.customEvents, own),
    steps: concurrent === false ? oneAtATime(filled) : filled,
  };
}

/** Field by field; a list of delays is not put over a step that describes a curve. */
function mergedBackoff(own: BackoffDefinition, { delaysMs, ...byDefault }: BackoffDefinition): BackoffDefinition {
  const isCurve = own.initialMs !== undefined || own.factor !== undefined;
  return { ...byDefault, ...(delaysMs && !isCurve && { delaysMs }), ...own };
}

/** Unsound steps are left alone, because their order cannot be told; the check will refuse them. */
function oneAtATime(steps: readonly StepTemplateDefinition[]): readonly StepTemplateDefinition[] {
  if (!Array.isArray(steps) || !steps.every(isNode)) return steps;
  const chained = [...steps];
  let before: string | undefined;
  for (const position of walkGraph(steps).order) {
    const step = steps[position];
    if (!step) continue;
    if (before !== undefined && !step.dependsOn.includes(before)) {
      chained[position] = { ...step, dependsOn: [...step.dependsOn, before] };
    }
    before = step.name;
  }
  return chained;
}

const isEmpty = (list: readonly unknown[] | undefined): list is undefined =>
  list === undefined || (Array.isArray(list) && list.length === 0);

const asAttribute = (attribute: SearchAttributeInput): SearchAttributeDefinition =>
  isRecord(attribute)
    ? { path: attribute.name, type: 'string', ...(definedOnly(attribute) as Pick<SearchAttributeDefinition, 'name'>) }
    : (attribute as SearchAttributeDefinition);

/** What is no case passes through, for the check to refuse; so does one that is two things at once. */
function asCase(entry: SwitchCaseInput | SwitchCase): SwitchCase {
  if (!isRecord(entry)) return entry;
  const { default: otherwise, steps, ...rest } = definedOnly(entry as { default?: string[]; steps?: string[] });
  if ((otherwise === undefined) === (steps === undefined)) return entry as SwitchCase;
  return { ...rest, steps: asList((otherwise ?? steps) as readonly string[]) };
}

const asList = (names: string | readonly string[]): readonly string[] => (typeof names === 'string' ? [names] : names);

const asEvent = (event: string | CustomEventDefinition): CustomEventDefinition =>
  typeof event === 'string' ? { name: event } : event;

function qualified(event: CustomEventDefinition, template: string): CustomEventDefinition {
  if (!isRecord(event) || typeof event.name !== 'string' || event.name.includes('.')) return event;
  return { ...event, name: `${template}.${event.name}` };
}

/** What is no list passes through, for the check to refuse. */
const mapList = <T, U>(values: readonly T[], map: (value: T) => U): readonly U[] =>
  Array.isArray(values) ? values.map(map) : (values as unknown as readonly U[]);

function definedOnly<T extends object>(input: T): T {
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as T;
}
