import {
  compilePlan,
  ENGINE_LEVEL,
  ENGINE_NAME,
  levelOf,
  TaskerError,
  templateDigest,
  type TaskPlan,
  type TaskTemplateDefinition,
} from '@tasker/core';
import type { ClientBase } from 'pg';
import type { TaskerDatabase } from '../database/tasker-database';
import { lockTemplates } from './lock-templates';

/** What to do when a version that is registered comes with another graph. @public */
export type OnTemplateChange = 'revise' | 'error';

interface RevisionRow {
  id: number;
  revision: number;
  digest: string;
}

interface LoadedRow {
  id: number;
  revision: number;
  /** The lowest engine level that understands the definition. */
  level: number;
  definition: TaskTemplateDefinition;
}

/** Positions are a smallint. */
const MAX_POSITION = 32_767;

/** Registers templates and loads revisions that other processes registered. */
export class TemplateStore {
  constructor(private readonly database: TaskerDatabase) {}

  /**
   * All or nothing; processes that boot at once register one after the other. A step keeps the position it has had in
   * any revision of any version of its template; new ones get numbers that none has used.
   *
   * @returns plans in the order of the definitions
   * @throws {TaskerError} TSK_TEMPLATE_CHANGED naming every changed version, when `onChange` is `error`;
   *   TSK_TEMPLATE_INVALID when a template has used up its positions
   */
  register(definitions: readonly TaskTemplateDefinition[], onChange: OnTemplateChange): Promise<TaskPlan[]> {
    return this.database.control.transaction(async (client) => {
      await lockTemplates(client, this.database.channel);
      const changed: string[] = [];
      const plans: TaskPlan[] = [];
      for (const definition of definitions) {
        const known = await this.revisions(client, definition);
        const digest = templateDigest(definition);
        const same = known.find((row) => row.digest === digest);
        const { namespace, name, version } = definition;
        if (!same && known.length > 0 && onChange === 'error') changed.push(`${namespace}.${name}@${version}`);
        else plans.push(await this.planOf(client, definition, same ?? (await this.add(client, definition, digest))));
      }
      if (changed.length > 0) throw changedError(changed);
      return plans;
    });
  }

  /** @throws {TaskerError} TSK_TEMPLATE_NOT_FOUND; TSK_ENGINE_TOO_OLD for one that needs a newer engine */
  load(templateId: number): Promise<TaskPlan> {
    return this.database.control.transaction(async (client) => {
      const { rows } = await client.query<LoadedRow>(this.database.statements.get('templates/load-template'), [
        templateId,
      ]);
      const [row] = rows;
      if (!row) throw new TaskerError('TSK_TEMPLATE_NOT_FOUND', `There is no template revision ${templateId}.`);
      if (row.level > ENGINE_LEVEL) throw tooOld(row);
      return this.planOf(client, row.definition, row);
    });
  }

  private async revisions(
    client: ClientBase,
    { namespace, name, version }: TaskTemplateDefinition,
  ): Promise<RevisionRow[]> {
    return (
      await client.query<RevisionRow>(this.database.statements.get('templates/find-template'), [
        namespace,
        name,
        version,
      ])
    ).rows;
  }

  private async add(client: ClientBase, definition: TaskTemplateDefinition, digest: string): Promise<RevisionRow> {
    const { namespace, name, version } = definition;
    const values = [namespace, name, version, digest, JSON.stringify(definition), levelOf(definition)];
    const { rows } = await client.query<{ id: number; revision: number }>(
      this.database.statements.get('templates/register-template'),
      values,
    );
    const made = { ...(rows[0] as { id: number; revision: number }), digest };
    await this.addSteps(client, definition, made);
    return made;
  }

  private async addSteps(
    client: ClientBase,
    definition: TaskTemplateDefinition,
    { id, revision }: RevisionRow,
  ): Promise<void> {
    const places = { positions: await this.positions(client, definition), ...(await this.lanes(client, definition)) };
    const plan = compilePlan(definition, { templateId: id, revision, ...places });
    const systems = definition.steps.flatMap((step) => step.dependentSystem ?? []);
    await client.query(this.database.statements.get('templates/add-dependent-systems'), [systems]);
    const steps = plan.steps.map(
      ({ position, name, lane, entryLane, parents, children, branched, definition: step }) => ({
        ...{ position, name, lane, entryLane, parents, sink: children.length === 0 },
        ...{ branched, runIf: step.runIf ?? 'any' },
        ...{ dependentSystem: step.dependentSystem, retryable: step.retryable, retryLimit: step.retryLimit },
        ...{ timeoutMs: step.timeoutMs, totalTimeoutMs: step.totalTimeoutMs },
        ...{ startTimeoutMs: step.startTimeoutMs, skippable: step.skippable },
      }),
    );
    await client.query(this.database.statements.get('templates/add-step-templates'), [id, JSON.stringify(steps)]);
  }

  private async planOf(
    client: ClientBase,
    definition: TaskTemplateDefinition,
    { id, revision }: Pick<RevisionRow, 'id' | 'revision'>,
  ): Promise<TaskPlan> {
    const { rows } = await client.query<{ position: number; lane: number; engine_lane: number | null }>(
      this.database.statements.get('templates/step-places'),
      [id, definition.steps.map((step) => step.name), ENGINE_NAME, levelOf(definition)],
    );
    const places = { positions: rows.map(({ position }) => position), lanes: rows.map(({ lane }) => lane) };
    const engineLane = rows[0]?.engine_lane ?? null;
    return compilePlan(definition, { templateId: id, revision, ...places, engineLane });
  }

  private async positions(client: ClientBase, { namespace, name, steps }: TaskTemplateDefinition): Promise<number[]> {
    const { rows } = await client.query<{ position: number }>(
      this.database.statements.get('templates/assign-positions'),
      [namespace, name, steps.map((step) => step.name)],
    );
    const positions = rows.map(({ position }) => position);
    if (positions.some((position) => position > MAX_POSITION)) {
      const hint = 'Keep the names of its steps from version to version, or give the template another name.';
      const message = `The versions of ${namespace}.${name} have had more than ${MAX_POSITION} different steps.`;
      throw new TaskerError('TSK_TEMPLATE_INVALID', message, { hint });
    }
    return positions;
  }

  /** Above level 1 there is one more lane, for what the engine decides itself. */
  private async lanes(
    client: ClientBase,
    definition: TaskTemplateDefinition,
  ): Promise<{ lanes: number[]; engineLane: number | null }> {
    const level = levelOf(definition);
    const places = definition.steps.map(({ queue, handler }) => ({ queue, handler }));
    if (level > 1) places.push({ queue: ENGINE_NAME, handler: ENGINE_NAME });
    const values = [places.map(({ queue }) => queue), places.map(({ handler }) => handler), level];
    const { rows } = await client.query<{ id: number }>(this.database.statements.get('templates/add-lanes'), values);
    const lanes = rows.map(({ id }) => id);
    const engineLane = level > 1 ? (lanes.pop() ?? null) : null;
    return { lanes, engineLane };
  }
}

const tooOld = ({ id, level }: LoadedRow): TaskerError =>
  new TaskerError(
    'TSK_ENGINE_TOO_OLD',
    `Template revision ${id} is of level ${level}; this engine has ${ENGINE_LEVEL}.`,
  );

const changedError = (changed: readonly string[]): TaskerError =>
  new TaskerError('TSK_TEMPLATE_CHANGED', 'Templates differ from what the database has for the same version.', {
    details: changed.map((name) => ({ path: name, message: 'the definition changed but the version did not' })),
  });
