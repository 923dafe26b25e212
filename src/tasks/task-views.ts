// What the read side answers is declared beside its statements; here are its names for this ring.
export type {
  StepDetail,
  StepTransition,
  TaskCount,
  TaskDetail,
  TaskHistory,
  TaskPage,
  TaskQuery,
  TaskSummary,
  TaskTransition,
} from '@tasker/postgres';
