import { randomUUID } from 'node:crypto';
import { nearestName } from '../data/nearest-name';
import { utf8Length } from '../data/utf8-length';
import type { TaskDraft } from '../engine/create/task-draft';
import { TaskerError } from '../errors/tasker-error';
import { sha256 } from '../plans/sha256';
import type { TemplateRegistry } from '../plans/template-registry';
import { bypassPositions } from '../rules/request/bypass-positions';
import { checkIdentity, checkTaskRequest } from '../rules/request/check-task-request';
import type { ContextValidator } from '../rules/request/context-validator';
import { searchValues } from '../rules/request/search-values';
import { identityText } from '../rules/request/identity-text';
import type { IdentityStrategy, TaskRequest } from '../rules/request/task-request';
import type { TaskPlan } from '../rules/template/task-plan';
import { compileContextValidator } from '../schema/with-ajv';

/** Settings of creation. @public */
export interface DraftingOptions {
  readonly identity: IdentityStrategy;
  /** Largest context, UTF-8 bytes. */
  readonly contextBytes: number;
}

/**
 * Turns requests into drafts the engine can write: finds the plan, checks everything, computes the identity.
 *
 * @public
 */
export class TaskDrafter {
  private readonly validators = new WeakMap<TaskPlan, ContextValidator>();

  constructor(
    private readonly templates: TemplateRegistry,
    private readonly options: DraftingOptions,
  ) {}

  /** @throws {TaskerError} TSK_REQUEST_INVALID, TSK_TEMPLATE_NOT_FOUND, TSK_CONTEXT_INVALID */
  draft(request: TaskRequest): TaskDraft {
    checkTaskRequest(request);
    const plan = this.planOf(request);
    const sound = this.validator(plan)(request.context ?? {}, this.options.contextBytes);
    const context = JSON.stringify(sound);
    if (utf8Length(context) > this.options.contextBytes) throw contextTooLarge(this.options.contextBytes);
    return {
      plan,
      task: {
        context,
        identity: this.identity(request, plan, context),
        priority: request.priority ?? 0,
        initiator: request.initiator ?? null,
        sourceSystem: request.sourceSystem ?? null,
        reason: request.reason ?? null,
        correlationId: request.correlationId ?? randomUUID(),
        traceParent: request.traceParent ?? null,
        // A copy: the caller's own list may change before it is written.
        tags: [...(request.tags ?? [])],
        bypass: bypassPositions(plan, request.bypassSteps ?? []),
        attributes: searchValues(plan.definition, sound),
      },
    };
  }

  private planOf({ namespace = 'default', name, version }: TaskRequest): TaskPlan {
    const plan = this.templates.find(namespace, name, version);
    if (plan) return plan;
    const known = this.templates
      .list()
      .map((p) => `${p.definition.namespace}.${p.definition.name}@${p.definition.version}`);
    const wanted = `${namespace}.${name}${version === undefined ? '' : `@${version}`}`;
    // Of the namespace that was named: whoever calls need not know what there is in others.
    const near = nearestName(
      wanted,
      known.filter((one) => one.startsWith(`${namespace}.`)),
    );
    throw new TaskerError(
      'TSK_TEMPLATE_NOT_FOUND',
      `No template is registered as ${wanted}.${near === undefined ? '' : ` Did you mean ${near}?`}`,
      { data: { namespace, name, version, known } },
    );
  }

  private validator(plan: TaskPlan): ContextValidator {
    let validate = this.validators.get(plan);
    if (!validate) this.validators.set(plan, (validate = compileContextValidator(plan.definition.contextSchema)));
    return validate;
  }

  private identity(request: TaskRequest, plan: TaskPlan, context: string): string | null {
    if (request.identity !== undefined) return request.identity;
    const { identity } = this.options;
    if (identity === 'unique') return null;
    if (typeof identity === 'function') return checkIdentity(identity(request));
    return sha256(identityText(request, plan.definition, context));
  }
}

const contextTooLarge = (bytes: number): TaskerError =>
  new TaskerError('TSK_CONTEXT_INVALID', 'The context is invalid.', {
    details: [{ path: 'context', message: `must have at most ${bytes} bytes as JSON` }],
    hint: 'Store large data elsewhere and send a reference, or raise limits.contextBytes.',
  });
