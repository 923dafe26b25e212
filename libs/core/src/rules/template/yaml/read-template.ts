import { formatPath, parsePath, type PathSegments } from '../../../data/fault-path';
import type { StepTemplateInput, TaskTemplateInput } from '../step-defaults';
import { unknownKeys } from './environment-override';
import { isRecord, type UnknownRecord } from '../../../data/record';
import {
  APPROVAL_FIELDS,
  CASE_KEYS,
  INFORMATION_FIELDS,
  ESCALATE_FIELDS,
  RETRY_FIELDS,
  STEP_FIELDS,
  STEP_KEYS,
  TEMPLATE_FIELDS,
  TEMPLATE_KEYS,
  THING_FIELDS,
  WAIT_FIELDS,
} from './template-keys';
import type { PlacedFault } from './yaml-document';

/**
 * Turns the keys of one template into the fields of the model. Types and limits are left to `checkDefinition`, which
 * speaks of fields; {@link placeOf} tells where in the file a field came from. A key without a value counts as absent.
 *
 * @internal
 */
export class TemplateReader {
  readonly faults: PlacedFault[] = [];
  private readonly places = new Map<string, PathSegments>();

  /** @param handlers handler names by the class names that stand for them in the file */
  constructor(private readonly handlers: Readonly<Record<string, string>>) {}

  read(template: UnknownRecord): TaskTemplateInput {
    this.faults.push(...unknownKeys(template, [], TEMPLATE_KEYS));
    this.places.set('namespace', ['namespace_name']).set('steps', ['step_templates']);
    const fields = this.fields(template, TEMPLATE_FIELDS, [], []);
    const { concurrent, module_namespace, task_handler_class, step_templates: steps } = template;
    if (isGiven(concurrent) && typeof concurrent !== 'boolean') this.fault(['concurrent'], 'must be true or false');
    this.places
      .set('origin.moduleNamespace', ['module_namespace'])
      .set('origin.taskHandlerClass', ['task_handler_class']);
    const origin = {
      ...(isGiven(module_namespace) ? { moduleNamespace: module_namespace } : {}),
      ...(isGiven(task_handler_class) ? { taskHandlerClass: task_handler_class } : {}),
      ...this.fields(template, INFORMATION_FIELDS, [], ['origin']),
    };
    this.checkNamedSteps(template['named_steps'], steps);
    return {
      ...fields,
      ...(concurrent === false ? { concurrent } : {}),
      ...(Object.keys(origin).length > 0 ? { origin } : {}),
      ...(isGiven(steps) ? { steps: Array.isArray(steps) ? steps.map((s, i) => this.step(s, i)) : steps } : {}),
    } as TaskTemplateInput;
  }

  /** Where the value of a model path such as `steps[2].retryLimit` stands in the file. */
  placeOf(modelPath: string): PathSegments {
    const segments = parsePath(modelPath);
    for (let length = segments.length; length > 0; length--) {
      const place = this.places.get(formatPath(segments.slice(0, length)));
      if (place) return [...place, ...segments.slice(length)];
    }
    return segments;
  }

  private step(step: unknown, index: number): StepTemplateInput {
    const at: PathSegments = ['step_templates', index];
    const model: PathSegments = ['steps', index];
    this.place(model, at);
    if (!isRecord(step)) return step as StepTemplateInput;
    this.faults.push(...unknownKeys(step, at, STEP_KEYS));
    const fields = this.fields(step, STEP_FIELDS, at, model);
    const { handler } = fields;
    const known = typeof handler === 'string' && Object.hasOwn(this.handlers, handler);
    return {
      ...fields,
      ...(known ? { handler: this.handlers[handler] } : {}),
      ...this.cases(step['switch'], [...at, 'switch'], [...model, 'switch']),
      ...this.waitFor(step['wait_for'], [...at, 'wait_for'], [...model, 'waitFor']),
      ...this.approval(step['approval'], [...at, 'approval'], [...model, 'approval']),
      ...this.backoff(step['retry'], [...at, 'retry'], [...model, 'backoff']),
      dependsOn: this.dependsOn(step, at, model),
    } as unknown as StepTemplateInput;
  }

  private backoff(retry: unknown, at: PathSegments, model: PathSegments): { backoff?: unknown } {
    if (!isGiven(retry)) return {};
    this.place(model, at);
    if (!isRecord(retry)) return { backoff: retry };
    this.faults.push(...unknownKeys(retry, at, Object.keys(RETRY_FIELDS)));
    return { backoff: this.fields(retry, RETRY_FIELDS, at, model) };
  }

  private waitFor(wait: unknown, at: PathSegments, model: PathSegments): { waitFor?: unknown } {
    if (!isGiven(wait)) return {};
    this.place(model, at);
    if (!isRecord(wait)) return { waitFor: wait };
    this.faults.push(...unknownKeys(wait, at, [...Object.keys(WAIT_FIELDS), 'any', 'all']));
    const fields = this.fields(wait, WAIT_FIELDS, at, model);
    for (const key of ['any', 'all']) {
      if (isGiven(wait[key])) fields[key] = this.things(wait[key], [...at, key], [...model, key]);
    }
    return { waitFor: fields };
  }

  private things(things: unknown, at: PathSegments, model: PathSegments): unknown {
    this.place(model, at);
    if (!Array.isArray(things)) return things;
    return things.map((thing: unknown, index) => {
      const [here, there] = [
        [...at, index],
        [...model, index],
      ];
      this.place(there, here);
      if (!isRecord(thing)) return thing;
      this.faults.push(...unknownKeys(thing, here, Object.keys(THING_FIELDS)));
      return this.fields(thing, THING_FIELDS, here, there);
    });
  }

  private approval(approval: unknown, at: PathSegments, model: PathSegments): { approval?: unknown } {
    if (!isGiven(approval)) return {};
    this.place(model, at);
    if (!isRecord(approval)) return { approval };
    this.faults.push(...unknownKeys(approval, at, [...Object.keys(APPROVAL_FIELDS), 'escalate']));
    const fields = this.fields(approval, APPROVAL_FIELDS, at, model);
    const { escalate } = approval;
    if (!isGiven(escalate)) return { approval: fields };
    const [here, there] = [
      [...at, 'escalate'],
      [...model, 'escalate'],
    ];
    this.place(there, here);
    if (!isRecord(escalate)) return { approval: { ...fields, escalate } };
    this.faults.push(...unknownKeys(escalate, here, Object.keys(ESCALATE_FIELDS)));
    return { approval: { ...fields, escalate: this.fields(escalate, ESCALATE_FIELDS, here, there) } };
  }

  /** The default is written `default: [...]`; in the model it is a case without a condition. */
  private cases(cases: unknown, at: PathSegments, model: PathSegments): { switch?: unknown } {
    if (!isGiven(cases)) return {};
    this.place(model, at);
    if (!Array.isArray(cases)) return { switch: cases };
    cases.forEach((entry: unknown, index) => {
      if (!isRecord(entry)) return;
      const here = [...at, index];
      this.faults.push(...unknownKeys(entry, here, CASE_KEYS));
      if (!isGiven(entry['default'])) return;
      this.place([...model, index, 'steps'], [...here, 'default']);
      const other = ['when', 'steps'].find((key) => isGiven(entry[key]));
      if (other !== undefined) this.fault(here, `has "default", so it can have no "${other}"`);
    });
    return { switch: cases };
  }

  /** The original allows one name, a list, or both, which are then taken together. */
  private dependsOn(step: UnknownRecord, at: PathSegments, model: PathSegments): unknown[] {
    const { depends_on_step: one, depends_on_steps: several } = step;
    const names: unknown[] = [];
    const add = (name: unknown, place: PathSegments): void => {
      this.place([...model, 'dependsOn', names.length], place);
      names.push(name);
    };
    this.place([...model, 'dependsOn'], [...at, isGiven(several) ? 'depends_on_steps' : 'depends_on_step']);
    if (isGiven(one)) add(one, [...at, 'depends_on_step']);
    if (Array.isArray(several)) {
      several.forEach((name, i) => {
        if (name !== one) add(name, [...at, 'depends_on_steps', i]);
      });
    } else if (isGiven(several)) this.fault([...at, 'depends_on_steps'], 'must be a list of step names');
    return names;
  }

  /** As in the original: when the list is given, every step and every dependency has to be in it. */
  private checkNamedSteps(named: unknown, steps: unknown): void {
    if (!isGiven(named)) return;
    if (!Array.isArray(named) || !named.every((name) => typeof name === 'string')) {
      return this.fault(['named_steps'], 'must be a list of step names');
    }
    const known = new Set(named);
    (Array.isArray(steps) ? steps : []).forEach((step: unknown, index) => {
      if (!isRecord(step)) return;
      const at = ['step_templates', index];
      const mentioned: [PathSegments, unknown][] = [[[...at, 'name'], step['name']]];
      mentioned.push([[...at, 'depends_on_step'], step['depends_on_step']]);
      const { depends_on_steps: several } = step;
      if (Array.isArray(several)) several.forEach((name, i) => mentioned.push([[...at, 'depends_on_steps', i], name]));
      for (const [place, name] of mentioned) {
        if (typeof name === 'string' && !known.has(name)) this.fault(place, `"${name}" is not in named_steps`);
      }
    });
  }

  private fields(
    record: UnknownRecord,
    table: Readonly<Record<string, string>>,
    at: PathSegments,
    model: PathSegments,
  ): UnknownRecord {
    const fields: UnknownRecord = {};
    const keys: Record<string, string> = {};
    for (const [key, field] of Object.entries(table)) {
      if (!isGiven(record[key])) continue;
      const other = keys[field];
      if (other !== undefined) {
        this.fault([...at, key], `means the same as ${other}; give one of them`);
        continue;
      }
      keys[field] = key;
      fields[field] = record[key];
      this.place([...model, field], [...at, key]);
    }
    return fields;
  }

  private place(model: PathSegments, at: PathSegments): void {
    this.places.set(formatPath(model), at);
  }

  private fault(at: PathSegments, message: string): void {
    this.faults.push({ at, message });
  }
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
