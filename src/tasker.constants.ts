/** Metadata keys are strings so that classes decorated by another copy of the package are still understood. @internal */
export const STEP_HANDLER_METADATA = 'tasker:step-handler';
/** @internal */
export const STEP_HANDLER_PARAMS_METADATA = 'tasker:step-handler-params';
/** @internal */
export const TASK_TEMPLATE_METADATA = 'tasker:task-template';
/** @internal */
export const STEPS_METADATA = 'tasker:steps';
/** @internal */
export const EVENT_SUBSCRIPTION_METADATA = 'tasker:event-subscription';

/** Token of the resolved options. @public */
export const TASKER_OPTIONS = 'TASKER_OPTIONS';
/** Token of the store the engine writes to. @public */
export const TASKER_ENGINE_STORE = 'TASKER_ENGINE_STORE';
/** Token of the store operators act through. @public */
export const TASKER_OPERATOR_STORE = 'TASKER_OPERATOR_STORE';
/** Token of the engine's clock. @public */
export const TASKER_CLOCK = 'TASKER_CLOCK';
/** Token of the engine's log. @public */
export const TASKER_LOG = 'TASKER_LOG';
/** Token of the TypeORM DataSource with Tasker's entities. @public */
export const TASKER_DATA_SOURCE = 'TASKER_DATA_SOURCE';
/**
 * Name under which `@nestjs/typeorm` finds the same DataSource: for `TypeOrmModule.forFeature(TASKER_ENTITIES, 'tasker')` and
 * `@InjectRepository(TaskListEntity, 'tasker')`.
 *
 * @public
 */
export const TASKER_DATA_SOURCE_NAME = 'tasker';
