import { Module, type DynamicModule } from '@nestjs/common';
import type { TemplateSource } from './templates/template-source';
import { TaskerFeature } from './templates/tasker-feature';
import { TaskerCoreModule } from './tasker-core.module';
import type { ASYNC_OPTIONS_TYPE, OPTIONS_TYPE } from './tasker.module-definition';

/** What a feature module contributes. @public */
export interface TaskerFeatureOptions {
  /** Added to the templates of `forRoot` and of all other features. */
  readonly templates: readonly TemplateSource[];
}

/**
 * Tasker in an application: `forRoot` or `forRootAsync` once, `forFeature` wherever a module brings templates of its
 * own. Step handlers and event subscribers need neither: being a provider of some module is enough.
 *
 * @public
 */
@Module({})
export class TaskerModule {
  /**
   * Once per application. Options are checked when the application boots, all faults at once.
   *
   * @param options with `isGlobal` (default true): every module may inject `TaskerService` without importing anything
   */
  static forRoot(options: typeof OPTIONS_TYPE): DynamicModule {
    return { module: TaskerModule, imports: [TaskerCoreModule.forRoot(options)], exports: [TaskerCoreModule] };
  }

  /** As `forRoot`, with options from `useFactory`, or from a class with `createTaskerOptions` (`useClass`, `useExisting`). */
  static forRootAsync(options: typeof ASYNC_OPTIONS_TYPE): DynamicModule {
    return { module: TaskerModule, imports: [TaskerCoreModule.forRootAsync(options)], exports: [TaskerCoreModule] };
  }

  /** Adds templates; never replaces those of others. */
  static forFeature({ templates }: TaskerFeatureOptions): DynamicModule {
    return { module: TaskerModule, providers: [{ provide: TaskerFeature, useValue: new TaskerFeature(templates) }] };
  }
}
