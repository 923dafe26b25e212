// For those who replace a part of the machinery, or look behind `TaskerService`.
export type { TaskerStore } from './tasker-store';
export {
  TASKER_CLOCK,
  TASKER_DATA_SOURCE,
  TASKER_DATA_SOURCE_NAME,
  TASKER_ENGINE_STORE,
  TASKER_LOG,
  TASKER_OPERATOR_STORE,
  TASKER_OPTIONS,
} from '../tasker.constants';
export type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
export { resolveTaskerOptions } from '../options/resolve-tasker-options';
export { TaskerRegistryStats, type RegistryStats } from '../discovery/registry-stats';
export { TaskerEventCatalogue, type EventEntry } from '../discovery/event-catalogue';
export type { SubscriberStats } from '../discovery/subscriber-count';
export { Engine, HandlerRegistry, TemplateRegistry, type Clock, type EngineLog } from '@tasker/core';
export {
  OperatorStore,
  StepTransitionEntity,
  TaskListEntity,
  TaskStepEntity,
  TaskTransitionEntity,
  type ActOutcome,
} from '@tasker/postgres';
