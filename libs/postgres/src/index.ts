export { migrate, type MigrateOptions, type MigrationMode } from './migrate/migrate-up';
export { migrateDown, type MigrateDownOptions } from './migrate/migrate-down';
export {
  contextIndexStanding,
  createContextIndex,
  dropContextIndex,
  type ContextIndexOptions,
  type ContextIndexStanding,
} from './migrate/context-index';
export {
  historyRoom,
  makeHistoryPartitions,
  type HistoryPartitionOptions,
  type HistoryRoom,
} from './migrate/history-partitions';
export { taskerMigrations } from './migrate/tasker-migrations';
export { addressFault, type DatabaseAddress, type DatabasePassword } from './database/address';
export { reachDatabase, type ReachedDatabase, type ReachOptions } from './database/reach-database';
export { TaskerDatabase } from './database/tasker-database';
export type { TaskerDatabaseOptions } from './database/database-options';
export type { BackgroundLane, ConnectionPool, PoolCounts } from './database/connection-pool';
export { onBehalfOf, type DatabaseCaller } from './database/caller';
export { Session, type RunQuery } from './database/session';
export { typeormDriver } from './database/typeorm-driver';
export { withSchema } from './database/with-schema';
export { auditInvariants, type AuditFinding, type AuditQuery } from './audit/audit';
export { TASKER_ENTITIES } from './entities/tasker-entities';
export { TaskListEntity } from './entities/task-list.entity';
export { TaskStepEntity } from './entities/task-step.entity';
export { TaskTransitionEntity } from './entities/task-transition.entity';
export { StepTransitionEntity } from './entities/step-transition.entity';
export { PostgresEngineStore } from './engine/postgres-engine-store';
export type { OnTemplateChange } from './templates/template-store';
export { TemplateCatalogue, type TemplateAddress, type TemplateRevision } from './templates/template-catalogue';
export type { RunInTransaction } from './engine/create';
export type { OpenedDatabase, OpenDatabase } from './transactional/step-database';
export { isSameDatabase } from './transactional/same-database';
export type { StepClient } from './transactional/step-client';
export { findTaskFacts, type TaskFacts } from './read/task-facts';
export { migrationStatus, type MigrationStanding } from './migrate/migration-status';
export { migrationSql, type MigrationSqlOptions } from './migrate/migration-sql';
export { ApiKeyStore } from './keys/api-key-store';
export type { ApiKey, CreatedApiKey, KeyVerdict, NewApiKey } from './keys/api-key';
export { looksLikeApiKey } from './keys/key-text';
export { sweepRetention, type RetentionSweep, type RetentionSweepOptions } from './retention/sweep-retention';
export {
  keepsAll,
  type RetentionPolicy,
  type RetentionTerms,
  type TemplateRetention,
} from './retention/retention-policy';
export { taskFilterSql } from './read/task-filter-sql';
export { OperatorStore } from './operate/operator-store';
export type { ActOutcome } from './operate/act-many';
export type { StepPauseReceipt } from './operate/step-pauses';
export type { AnnotationPage, NewAnnotation, TaskAnnotation } from './operate/task-annotations';
export { WatchStore } from './watch/watch-store';
export { WorkerStore, type WorkerRow } from './watch/worker-store';
export type { DatabaseGauges, LaneGauge, TaskGauge } from './watch/gauges';
export type { ReadinessFacts, WorkerFacts } from './watch/readiness';
export { healthFacts } from './watch/health-facts';
export type { SystemOverview } from './watch/system-overview';
export type { Trends } from './watch/trends';
export { TaskReadStore } from './read/task-read-store';
export { StepInsightStore } from './read/step-insight-store';
export { ExplanationStore } from './read/explanation-store';
export { DiagramStore } from './read/diagram-store';
export { AnalyticsStore } from './read/analytics-store';
export type {
  LastError,
  StepCounts,
  StepDetail,
  StepTransition,
  TaskCount,
  TaskDetail,
  TaskHistory,
  TaskPage,
  TaskProgress,
  TaskQuery,
  TaskSummary,
  TaskTransition,
} from './read/task-views';
export type { StepReadiness, WaitReason } from './read/readiness-views';
export type { StepProgress } from './read/step-progress';
export type { WaitingFor } from './read/waiting-for';
export type { ExecutionContext, ExecutionStatus, RecommendedAction, TaskHealth } from './read/context-views';
export type {
  BlastRadius,
  CriticalPath,
  CriticalStep,
  DependencyLevel,
  ErrorChain,
  Parallelism,
} from './read/graph-views';
export type { StoryEntry, TaskExplanation } from './read/explanation-views';
export type {
  AnalyticsQuery,
  Bottleneck,
  FailureGroup,
  HealthCounts,
  Percentiles,
  Performance,
  PerformanceGroup,
  PerformanceQuery,
  RankedQuery,
  SlowStep,
  SlowTask,
} from './read/analytics-views';
export { BulkStore, type BulkOwner, type BulkPage } from './bulk/bulk-store';
export { runBulkBatch, type BulkBatch, type BulkBatchOrder } from './bulk/run-bulk-batch';
export { previewBulk } from './bulk/preview-bulk';
export type { BulkDeps } from './bulk/matching-tasks';
export type {
  BulkCounts,
  BulkOperation,
  BulkPreview,
  BulkReason,
  BulkRefusal,
  BulkState,
  RepeatedStep,
} from './bulk/bulk-operation';
export { ApprovalStore, type DecidedApproval } from './waits/approval-store';
export type { Approval, ApprovalDecision, ApprovalDelegation, ApprovalQuery, ApprovalState } from './waits/approval';
