import { Document, isScalar, Scalar, visit } from 'yaml';
import { canonicalJson } from '../../../data/canonical-json';
import type { StepTemplateDefinition, TaskTemplateDefinition } from '../definition';
import { ENGINE_DECIDED, STEP_DEFAULTS } from '../step-defaults';
import { kindOf } from '../step-kind';
import { escapeReferences } from './interpolate';
import { isRecord, type UnknownRecord } from '../../../data/record';
import type { ApprovalDefinition, Awaited, WaitForDefinition } from '../../wait/wait-definition';
import {
  APPROVAL_FIELDS,
  ESCALATE_FIELDS,
  INFORMATION_FIELDS,
  RETRY_FIELDS,
  STEP_FIELDS,
  TEMPLATE_FIELDS,
  THING_FIELDS,
  WAIT_FIELDS,
} from './template-keys';

/**
 * Writes a normalised definition as a template file: reading it back gives an equal definition, whatever variables are
 * set. Step fields that have their default value are left out.
 *
 * @public
 */
export function templateToYaml(definition: TaskTemplateDefinition): string {
  const { origin, steps, defaultDependentSystem: dependentSystem } = definition;
  const defaults = { ...STEP_DEFAULTS, dependentSystem };
  const template: UnknownRecord = {
    ...renamed(definition, TEMPLATE_FIELDS, { customEvents: [], handlerConfig: {} }),
    module_namespace: origin?.moduleNamespace,
    task_handler_class: origin?.taskHandlerClass,
    ...renamed(origin ?? {}, INFORMATION_FIELDS, {}),
    step_templates: steps.map((step) => stepToYaml(step, defaults)),
  };
  const document = new Document(escaped(template), { aliasDuplicateObjects: false });
  // Plain, the key `<<` would be read as a merge.
  visit(document, {
    Pair: (_, { key }) => {
      if (isScalar(key) && key.value === '<<') key.type = Scalar.QUOTE_DOUBLE;
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** Handler and queue of the engine's steps are not written: they follow from the kind. */
function stepToYaml(step: StepTemplateDefinition, defaults: UnknownRecord): UnknownRecord {
  const { dependsOn, backoff, switch: cases, waitFor, approval } = step;
  return {
    ...renamed(step, STEP_FIELDS, kindOf(step) === 'handler' ? defaults : { ...defaults, ...ENGINE_DECIDED }),
    depends_on_step: dependsOn.length === 1 ? dependsOn[0] : undefined,
    depends_on_steps: dependsOn.length > 1 ? dependsOn : undefined,
    switch: cases?.map(({ when, steps }) => (when === undefined ? { default: steps } : { when, steps })),
    wait_for: waitFor && waitToYaml(waitFor),
    approval: approval && approvalToYaml(approval),
    retry: Object.keys(backoff).length > 0 ? renamed(backoff, RETRY_FIELDS, {}) : undefined,
  };
}

function waitToYaml(waitFor: WaitForDefinition): UnknownRecord {
  const { any, all } = waitFor;
  const things = (list: readonly Awaited[] | undefined): UnknownRecord[] | undefined =>
    list?.map((thing) => renamed(thing, THING_FIELDS, {}));
  return { ...renamed(waitFor, WAIT_FIELDS, {}), any: things(any), all: things(all) };
}

function approvalToYaml(approval: ApprovalDefinition): UnknownRecord {
  const { escalate } = approval;
  const fields = renamed(approval, APPROVAL_FIELDS, {});
  return { ...fields, escalate: escalate && renamed(escalate, ESCALATE_FIELDS, {}) };
}

/** The fields under their keys (the first key of each), without those that have their default. */
function renamed(fields: object, table: Readonly<Record<string, string>>, defaults: UnknownRecord): UnknownRecord {
  const record: UnknownRecord = {};
  const written = new Set<string>();
  for (const [key, field] of Object.entries(table)) {
    const value = (fields as UnknownRecord)[field];
    if (value === undefined || written.has(field) || canonicalJson(value) === canonicalJson(defaults[field])) continue;
    written.add(field);
    record[key] = value;
  }
  return record;
}

function escaped(value: unknown): unknown {
  if (typeof value === 'string') return escapeReferences(value);
  if (Array.isArray(value)) return value.map(escaped);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, escaped(entry)]));
}
