import type { ExecutionContext } from '@nestjs/common';
import type { TaskFacts } from '@tasker/postgres';

/** Token of the policy that the access guard asks. @public */
export const TASKER_ACCESS_POLICY = 'TASKER_ACCESS_POLICY';

/** Who calls, as far as Tasker must know. @public */
export interface Principal {
  /** Recorded as the actor of everything done with it. */
  readonly id: string;
  /** Permission strings, wildcards allowed (`tasker.task:*`, `*`). */
  readonly permissions: readonly string[];
  /** Namespaces it may see and touch; `'*'` for all. */
  readonly namespaces: readonly string[] | '*';
  /** Its roles, for what is assigned to a role, such as an approval. Default: none. */
  readonly roles?: readonly string[];
}

/**
 * Tells who calls. The guard then checks the permissions: an authenticated principal without the permission is refused
 * (403), nobody at all is 401.
 *
 * @public
 */
export interface AccessPolicy {
  /**
   * @param request the request of the platform (Express or Fastify)
   * @param context where it is going; for policies that run a guard of the host
   * @returns null when nobody is authenticated
   * @throws {TaskerError} TSK_UNAUTHENTICATED when credentials were sent and are not valid
   */
  authenticate(request: unknown, context: ExecutionContext): Promise<Principal | null>;
  /**
   * Whether a task that a request names by its id is there for the caller, beyond what permissions and namespaces say:
   * `task.initiator === principal.id` for "own tasks only". A task it refuses is answered as one that does not exist.
   * It is not asked for lists, reports and bulk operations: do not give their permissions to such callers.
   */
  admitsTask?(principal: Principal, task: TaskFacts): boolean | Promise<boolean>;
}
