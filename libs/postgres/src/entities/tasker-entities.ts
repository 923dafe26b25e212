export const TASKER_ENTITIES: readonly never[] = [];
