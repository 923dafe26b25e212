import type { Fault } from '../../errors/tasker-error';
import type { JsonSchema, SchemaCompiler } from '../../data/json-schema';
import type { StepTemplateDefinition, TaskTemplateDefinition } from './definition';
import { waitFaults } from '../wait/check-waits';
import { branchFaults } from './check-branches';
import { budgetFaults, transactionFaults } from './check-budgets';
import { stepExpressionFaults } from './check-expressions';
import { kindFaults } from './check-kinds';
import { LIST_LIMITS } from '../request/field-limits';
import { DEFINITION_SCHEMA } from './definition-schema';
import { isNode, walkGraph } from './graph';
import { copyJson } from '../../data/json-data';
import { didYouMean } from '../../data/nearest-name';
import { isRecord } from '../../data/record';

/** Cycles told by name; a dense graph has more than anybody reads. */
const MAX_CYCLES = 20;
/** Steps of a cycle told by name. */
const MAX_CYCLE_NAMES = 12;

/**
 * Finds everything wrong with a definition: shapes, limits and names of all fields, unknown fields, duplicate steps,
 * unknown parents, cycles, keys that a step of its kind has no use for, choices that do not fit the graph, unsound
 * expressions, invalid JSON Schemas, data PostgreSQL cannot hold.
 *
 * The input may come from anywhere: a wrong type is a fault, never a crash.
 *
 * @param schemas understands the JSON Schemas of the definition, and that of definitions
 * @returns faults with paths such as `steps[2].dependsOn[0]`; empty for a sound definition
 * @public
 */
export function checkDefinition(definition: TaskTemplateDefinition, schemas: SchemaCompiler): Fault[] {
  const innerSchema = (schema: JsonSchema | undefined, path: string): Fault[] =>
    isRecord(schema) ? schemas.faultsOf(schema, path) : [];
  const faults: Fault[] = [];
  copyJson(definition, '', faults);
  faults.push(...schemas.compile(DEFINITION_SCHEMA)(definition, ''));
  if (!isRecord(definition)) return faults;
  const steps = soundSteps(definition);
  if (steps.length > LIST_LIMITS.steps) return faults;
  faults.push(...duplicateNames(steps), ...dependencyFaults(steps), ...cycleFaults(steps));
  faults.push(...branchFaults(steps), ...stepExpressionFaults(steps));
  faults.push(...duplicateAttributes(definition), ...duplicateEvents(definition, ''));
  faults.push(...innerSchema(definition.contextSchema, 'contextSchema'));
  for (const [index, step] of steps) {
    faults.push(
      ...kindFaults(step, `steps[${index}].`),
      ...budgetFaults(step, `steps[${index}].`),
      ...transactionFaults(step, `steps[${index}].`),
    );
    faults.push(...duplicateEvents(step, `steps[${index}].`));
    faults.push(...innerSchema(step.inputSchema, `steps[${index}].inputSchema`));
    faults.push(...innerSchema(step.resultSchema, `steps[${index}].resultSchema`));
    faults.push(...waitFaults(step, `steps[${index}].`, innerSchema));
  }
  return faults;
}

type Indexed = readonly [index: number, step: StepTemplateDefinition];

/** Steps whose name and dependencies have the right types; the shape check has reported the others. */
function soundSteps({ steps }: { steps: unknown }): Indexed[] {
  if (!Array.isArray(steps)) return [];
  return (steps as unknown[]).flatMap((step, index): Indexed[] => (isNode(step) ? [[index, step]] : []));
}

function duplicateNames(steps: readonly Indexed[]): Fault[] {
  const first = new Map<string, number>();
  return steps.flatMap(([index, { name }]) => {
    const other = first.get(name);
    if (other === undefined) first.set(name, index);
    return other === undefined
      ? []
      : [{ path: `steps[${index}].name`, message: `"${name}" is also the name of steps[${other}]` }];
  });
}

function dependencyFaults(steps: readonly Indexed[]): Fault[] {
  const names = new Set(steps.map(([, step]) => step.name));
  return steps.flatMap(([index, step]) => {
    const seen = new Set<string>();
    return step.dependsOn.flatMap((parent, i): Fault[] => {
      const path = `steps[${index}].dependsOn[${i}]`;
      if (parent === step.name) return [{ path, message: `"${parent}" depends on itself` }];
      if (seen.has(parent)) return [{ path, message: `"${parent}" is listed twice` }];
      seen.add(parent);
      return names.has(parent) ? [] : [{ path, message: `there is no step "${parent}"${didYouMean(parent, names)}` }];
    });
  });
}

function cycleFaults(steps: readonly Indexed[]): Fault[] {
  const { cycles } = walkGraph(steps.map(([, step]) => step));
  return cycles.slice(0, MAX_CYCLES).map((cycle) => {
    const names = cycle.map((position) => steps[position]?.[1].name ?? '');
    const told = names.length > MAX_CYCLE_NAMES ? [...names.slice(0, MAX_CYCLE_NAMES), '…'] : names;
    const index = steps[cycle[0] ?? 0]?.[0] ?? 0;
    return { path: `steps[${index}].dependsOn`, message: `cycle: ${[...told, names[0]].join(' → ')}` };
  });
}

const duplicateAttributes = ({ searchAttributes }: { searchAttributes?: unknown }): Fault[] =>
  declaredTwice(searchAttributes, 'searchAttributes');

const duplicateEvents = ({ customEvents }: { customEvents: unknown }, path: string): Fault[] =>
  declaredTwice(customEvents, `${path}customEvents`);

/** Entries of a list that have the name of one before. */
function declaredTwice(list: unknown, path: string): Fault[] {
  if (!Array.isArray(list)) return [];
  const names = (list as unknown[]).map((entry) => (entry as { name?: unknown } | null)?.name);
  return names.flatMap((name, index) =>
    typeof name === 'string' && names.indexOf(name) < index
      ? [{ path: `${path}[${index}].name`, message: `"${name}" is declared twice` }]
      : [],
  );
}
