// What the read side answers is declared beside its statements; here are its names for this ring.
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
} from '@tasker/postgres';
