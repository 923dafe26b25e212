import type { AnnotationPage, TaskAnnotation } from '@tasker/postgres';
import type { Principal } from '../../access/access-policy';
import { Caller } from '../../access/principal-of';
import { actOf, ScopedTasks } from '../../api/scoped-tasks';
import { TaskerService } from '../../tasker.service';
import { Sent, type Input } from '../operation/input';
import { Operates } from '../operation/operation.decorator';
import { Resource } from '../operation/resource.decorator';
import { ANNOTATE, ANNOTATIONS } from './annotation.operations';

interface SentNote {
  readonly type: string;
  readonly annotation: unknown;
  readonly reason?: string;
}

/** Notes on one task. @internal */
@Resource('tasks', 'verbs')
export class AnnotationsController {
  constructor(
    private readonly tasks: ScopedTasks,
    private readonly tasker: TaskerService,
  ) {}

  @Operates(ANNOTATIONS)
  async list(
    @Sent() { params: { id = '' }, query }: Input<AnnotationPage>,
    @Caller() caller: Principal,
  ): Promise<{ annotations: TaskAnnotation[] }> {
    // Also tells a task without notes from one that does not exist.
    await this.tasks.get(caller, id);
    return { annotations: await this.tasker.annotations(id, query) };
  }

  @Operates(ANNOTATE)
  async annotate(
    @Sent() { params: { id = '' }, body }: Input<object, SentNote>,
    @Caller() caller: Principal,
  ): Promise<TaskAnnotation> {
    const { type, annotation, reason } = body;
    await this.tasks.assert(caller, id);
    return this.tasker.annotate(id, { type, annotation }, actOf(caller, { reason }));
  }
}
