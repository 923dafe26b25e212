import { AnnotationTypeEntity } from './annotation-type.entity';
import { ApiKeyEntity } from './api-key.entity';
import { ApprovalEntity } from './approval.entity';
import { ArchivedTaskEntity } from './archived-task.entity';
import { BudgetTimerEntity } from './budget-timer.entity';
import { BulkOperationEntity } from './bulk-operation.entity';
import { ClockLeapEntity } from './clock-leap.entity';
import { DelayedStepEntity } from './delayed-step.entity';
import { DependentSystemEntity } from './dependent-system.entity';
import { DependentSystemObjectMapEntity } from './dependent-system-object-map.entity';
import { HistoryRollupEntity } from './history-rollup.entity';
import { HistoryRollupDayEntity } from './history-rollup-day.entity';
import { KeptSignalEntity } from './kept-signal.entity';
import { LaneEntity } from './lane.entity';
import { LiveWorkerEntity } from './live-worker.entity';
import { OperatedTaskEntity } from './operated-task.entity';
import { ParkedStepEntity } from './parked-step.entity';
import { QueueEntryEntity } from './queue-entry.entity';
import { RollupProgressEntity } from './rollup-progress.entity';
import { SentSignalEntity } from './sent-signal.entity';
import { SignalBoxEntity } from './signal-box.entity';
import { SignalIdEntity } from './signal-id.entity';
import { StepEntity } from './step.entity';
import { StepHistoryEntity } from './step-history.entity';
import { StepPauseEntity } from './step-pause.entity';
import { StepTemplateEntity } from './step-template.entity';
import { StepTransitionEntity } from './step-transition.entity';
import { StepWaitEntity } from './step-wait.entity';
import { SureWorkerEntity } from './sure-worker.entity';
import { TaskEntity } from './task.entity';
import { TaskAnnotationEntity } from './task-annotation.entity';
import { TaskAttributeEntity } from './task-attribute.entity';
import { TaskHistoryEntity } from './task-history.entity';
import { TaskListEntity } from './task-list.entity';
import { TaskStepEntity } from './task-step.entity';
import { TaskTemplateEntity } from './task-template.entity';
import { TaskTransitionEntity } from './task-transition.entity';
import { TimelineEntity } from './timeline.entity';
import { WaitSignalEntity } from './wait-signal.entity';
import { WorkerEntity } from './worker.entity';

/**
 * All tables and public views, for a `DataSource` whose `schema` is Tasker's. They carry no schema of their own, so
 * that two can be read by one process. Never synchronise with them: migrations own the schema.
 *
 * @public
 */
export const TASKER_ENTITIES: (new () => object)[] = [
  AnnotationTypeEntity,
  ApiKeyEntity,
  ApprovalEntity,
  ArchivedTaskEntity,
  BudgetTimerEntity,
  BulkOperationEntity,
  ClockLeapEntity,
  DelayedStepEntity,
  DependentSystemEntity,
  DependentSystemObjectMapEntity,
  HistoryRollupDayEntity,
  HistoryRollupEntity,
  KeptSignalEntity,
  LaneEntity,
  LiveWorkerEntity,
  OperatedTaskEntity,
  ParkedStepEntity,
  QueueEntryEntity,
  RollupProgressEntity,
  SentSignalEntity,
  SignalBoxEntity,
  SignalIdEntity,
  StepEntity,
  StepHistoryEntity,
  StepPauseEntity,
  StepTemplateEntity,
  StepTransitionEntity,
  StepWaitEntity,
  SureWorkerEntity,
  TaskAnnotationEntity,
  TaskAttributeEntity,
  TaskEntity,
  TaskHistoryEntity,
  TaskListEntity,
  TaskStepEntity,
  TaskTemplateEntity,
  TaskTransitionEntity,
  TimelineEntity,
  WaitSignalEntity,
  WorkerEntity,
];
