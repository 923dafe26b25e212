import type { EventBus } from '../../events/event-bus';
import type { ClaimedStep, EngineStore } from '../../ports/engine-store';
import type { CreatedTask, NewRoot, NewTask } from '../../ports/task-creation';
import { StepPausedError, StoreRefusedError, WorkerLostError } from '../../ports/settlement';
import { storeFault } from '../../ports/store-fault';
import type { StepPlan } from '../../rules/template/task-plan';
import { taskEvent } from '../engine-events';
import type { RootTaker } from './root-taker';
import { newTask, type TaskDraft } from './task-draft';
import { stepAt } from '../../rules/template/plan-graph';

export interface CreatorDeps {
  readonly store: EngineStore;
  readonly events: EventBus;
  readonly roots: RootTaker;
}

/** Most tasks written by one statement. */
const CREATE_BATCH = 500;

interface Waiting {
  readonly draft: TaskDraft;
  readonly resolve: (created: CreatedTask) => void;
  readonly reject: (error: unknown) => void;
  /** How many requests of its call go into one statement with it, from this one on. */
  readonly together: number;
}

/**
 * Creates tasks. Single creations coalesce while the previous statement is in flight; with room in this worker, roots
 * are created already claimed, so that an idle worker starts them after one commit.
 */
export class Creator {
  private readonly waiting: Waiting[] = [];
  private writing = false;
  /** The next statement claims nothing: a first step is paused everywhere. */
  private queueOnly = false;

  constructor(private readonly deps: CreatorDeps) {}

  /** @throws {TaskerError} TSK_DATABASE_UNAVAILABLE: the task may or may not exist; an identity makes a repeat safe */
  create(draft: TaskDraft): Promise<CreatedTask> {
    const creating = this.wait(draft, 1);
    void this.writeAll();
    return creating;
  }

  /**
   * In statements of at most 500, each all or nothing: up to 500 requests go in one, together with what else waits.
   *
   * @returns in the order of the drafts
   * @throws {TaskerError} as `create`; of the statements, some may have created their tasks
   */
  createMany(drafts: readonly TaskDraft[]): Promise<CreatedTask[]> {
    const creating = drafts.map((draft, index) =>
      this.wait(draft, Math.min(drafts.length - index, CREATE_BATCH - (index % CREATE_BATCH))),
    );
    void this.writeAll();
    return Promise.all(creating);
  }

  /**
   * As `createMany`, but each for itself: what the database refuses keeps none of the others from being created.
   *
   * @returns in the order of the drafts
   */
  createEach(drafts: readonly TaskDraft[]): Promise<PromiseSettledResult<CreatedTask>[]> {
    const creating = drafts.map((draft) => this.wait(draft, 1));
    void this.writeAll();
    return Promise.allSettled(creating);
  }

  private wait(draft: TaskDraft, together: number): Promise<CreatedTask> {
    return new Promise((resolve, reject) => this.waiting.push({ draft, resolve, reject, together }));
  }

  private async writeAll(): Promise<void> {
    if (this.writing) return;
    this.writing = true;
    while (this.waiting.length > 0) {
      await this.write(this.waiting.splice(0, this.batchSize()));
      await turnOfEventLoop();
    }
    this.writing = false;
  }

  /** As much as goes into one statement without tearing apart what is to go together. */
  private batchSize(): number {
    let size = 0;
    for (let next: number | undefined = 0; next !== undefined && size + next <= CREATE_BATCH;) {
      size += next;
      next = this.waiting[size]?.together;
    }
    return size;
  }

  private async write(batch: readonly Waiting[]): Promise<void> {
    const tasks = batch.map(({ draft }) => newTask(draft, (root) => this.reserve(root)));
    const mine = tasks.reduce((sum, task) => sum + task.roots.filter((root) => root.mine).length, 0);
    const lease = mine > 0 ? this.deps.roots.lease : null;
    this.queueOnly = false;
    try {
      const created = await this.deps.store.create({ tasks, workerId: lease?.workerId ?? null });
      this.report(batch, tasks, created);
      batch.forEach(({ resolve }, index) => resolve(created[index] as CreatedTask));
      if (lease) await this.deps.roots.takeUp(claimedRoots(tasks, created), lease);
    } catch (error) {
      if (error instanceof StepPausedError) {
        this.queueOnly = true;
        this.waiting.unshift(...batch);
        return;
      }
      this.deps.roots.failed(error);
      if (error instanceof WorkerLostError) {
        // Nothing was written, and the worker has just stopped taking steps: now they go to the queue.
        this.waiting.unshift(...batch);
        return;
      }
      if (error instanceof StoreRefusedError && (await this.writeApart(batch))) return;
      const answer = storeFault(error, REPEAT_WITH_IDENTITY);
      batch.forEach(({ reject }) => reject(answer));
    } finally {
      this.deps.roots.rootsAnswered(mine);
    }
  }

  /**
   * Each half for itself, after a refusal that one request of the batch may have caused: its neighbours came from others.
   *
   * @returns false: it is the batch of one call, and is refused as a whole
   */
  private async writeApart(batch: readonly Waiting[]): Promise<boolean> {
    const half = halfOf(batch);
    if (half === 0) return false;
    await this.write(batch.slice(0, half));
    await this.write(batch.slice(half));
    return true;
  }

  private reserve(root: StepPlan): boolean {
    return !this.queueOnly && this.deps.roots.reserveRoot(root);
  }

  private report(batch: readonly Waiting[], tasks: readonly NewTask[], created: readonly CreatedTask[]): void {
    let queued = 0;
    let priority = -Infinity;
    tasks.forEach((task, index) => {
      const answer = created[index];
      const draft = batch[index]?.draft;
      if (!answer || !draft || answer.duplicate) return;
      publishCreated(this.deps.events, draft, answer, task.roots);
      const left = task.roots.filter((root) => !root.mine).length;
      queued += left;
      if (left > 0) priority = Math.max(priority, task.priority);
    });
    if (queued > 0) this.deps.roots.queued(queued, priority);
  }
}

/** Where to divide a batch in about the middle without tearing a call apart; 0: it is one call. */
function halfOf(batch: readonly Waiting[]): number {
  let at = 0;
  while (at < batch.length) {
    const next = at + (batch[at]?.together ?? 1);
    if (next >= batch.length) return at;
    if (next >= batch.length / 2) return next;
    at = next;
  }
  return at;
}

const CREATION_EVENTS = ['task.initialize_requested', 'task.start_requested', 'step.ready'] as const;

/** Events of a creation that has committed. @public */
export function publishCreated(
  events: EventBus,
  draft: TaskDraft,
  created: CreatedTask,
  roots: readonly NewRoot[],
): void {
  if (!CREATION_EVENTS.some((name) => events.wants(name))) return;
  const { plan, task } = draft;
  const base = taskEvent(created.taskId, task.correlationId, plan, created.at);
  events.publish('task.initialize_requested', base);
  if (roots.some((root) => root.mine)) events.publish('task.start_requested', base);
  for (const root of roots) {
    const step = stepAt(plan, root.position)?.name;
    if (!root.mine && step !== undefined) events.publish('step.ready', { ...base, step, attempt: 0, workerId: null });
  }
}

/** Whoever was waiting for the answer and asks for the next task at once is in time for the next statement. */
const turnOfEventLoop = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function claimedRoots(tasks: readonly NewTask[], created: readonly CreatedTask[]): ClaimedStep[] {
  return tasks.flatMap((task, index) => {
    const answer = created[index];
    if (!answer || answer.duplicate) return [];
    const { templateId, priority, correlationId, traceParent, bypass, context } = task;
    return task.roots
      .filter((root) => root.mine)
      .map(({ position }) => ({
        ...{
          taskId: answer.taskId,
          position,
          templateId,
          attempt: 1,
          priority,
          correlationId,
          traceParent,
          bypass,
          context,
        },
        ...{
          checkpoint: null,
          granted: 0,
          generation: 0,
          inputs: null,
          lockVersion: 0,
          began: false,
          startedAt: answer.at,
          waitedMs: 0,
          requestedAt: answer.at,
          queued: null,
        },
      }));
  });
}

const REPEAT_WITH_IDENTITY = 'Repeat with an identity: a task that was created is then found, not doubled.';
