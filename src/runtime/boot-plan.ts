import { Inject, Injectable } from '@nestjs/common';
import {
  costlyPatterns,
  nullReads,
  HandlerRegistry,
  TaskerError,
  type EngineLog,
  type TaskTemplateDefinition,
} from '@tasker/core';
import { HandlerInvokers } from '../discovery/handler-invokers';
import { ProviderScan } from '../discovery/provider-scan';
import { StepHandlerExplorer } from '../discovery/step-handler.explorer';
import { TaskTemplateExplorer } from '../discovery/task-template.explorer';
import type { ResolvedTaskerOptions } from '../options/resolved-tasker-options';
import { TASKER_LOG, TASKER_OPTIONS } from '../tasker.constants';
import { loadTemplates } from '../templates/load-templates';
import { soundTemplate, type LoadedTemplate } from '../templates/sound-template';
import { TaskerFeature } from '../templates/tasker-feature';
import {
  checkHandlerNames,
  checkHandlersKnown,
  checkLiveVariables,
  checkMaskedAttributes,
  checkResultsOf,
  distinctTemplates,
  informationOnly,
  unusedHandlers,
} from './check-boot';

/** Gathers what the host declares, checks all of it before anything is written, and fills the handler registry. @internal */
@Injectable()
export class BootPlan {
  constructor(
    @Inject(TASKER_OPTIONS) private readonly options: ResolvedTaskerOptions,
    @Inject(TASKER_LOG) private readonly log: EngineLog,
    private readonly scan: ProviderScan,
    private readonly handlerExplorer: StepHandlerExplorer,
    private readonly templateExplorer: TaskTemplateExplorer,
    private readonly invokers: HandlerInvokers,
    private readonly registry: HandlerRegistry,
  ) {}

  /**
   * Needs no database.
   *
   * @returns the templates of this process, each version once
   * @throws {TaskerError} TSK_BOOT_INVALID with every fault
   */
  prepare(): TaskTemplateDefinition[] {
    const declared = this.templateExplorer.explore();
    const found = this.handlerExplorer.explore();
    const loaded = loadTemplates(this.sources(), this.options.templates);
    const faults = [...loaded.faults, ...declared.faults, ...found.faults];
    const classes = declared.templates.flatMap(({ origin, input }) =>
      soundTemplate(origin, input, faults, this.options.templates.stepDefaults),
    );
    const templates = distinctTemplates([...loaded.templates, ...classes], faults);
    const sources = [...found.handlers, ...declared.handlers];
    const inline = [...loaded.inlineHandlers].map(([name, process]) => ({
      name,
      label: 'a function in defineTask',
      process,
    }));
    const handlers = [...sources, ...inline];
    faults.push(...checkHandlerNames(handlers), ...checkMaskedAttributes(templates, this.options.masking.paths));
    const runsSteps = this.options.role !== 'api';
    if (runsSteps)
      faults.push(
        ...checkHandlersKnown(templates, handlers),
        ...checkResultsOf(templates, sources),
        ...checkLiveVariables(templates, this.options.templates.env),
      );
    if (faults.length > 0) throw new TaskerError('TSK_BOOT_INVALID', 'Tasker cannot start.', { details: faults });
    this.warnOfPatterns(templates);
    this.warnOfNulls(templates);
    for (const { origin, keys } of informationOnly(templates)) {
      this.log.warn(`${origin}: ${keys.join(', ')} is kept as information only; nothing reads it.`, {
        template: origin,
      });
    }
    if (runsSteps) {
      for (const { name, label } of unusedHandlers(templates, handlers)) {
        this.log.warn(`No template uses the step handler "${name}" (${label}).`, { handler: name });
      }
      for (const source of sources) this.registry.register(source.name, this.invokers.create(source));
      for (const { name, process } of inline) this.registry.register(name, async (step) => process(step));
    }
    return templates.map(({ definition }) => definition);
  }

  /** Each is checked against data of callers, in this process. */
  private warnOfPatterns(templates: readonly LoadedTemplate[]): void {
    for (const { origin, definition } of templates) {
      for (const path of costlyPatterns(definition, '')) {
        this.log.warn(`A pattern repeats what repeats already, and may take very long: ${origin} ${path}.`, { path });
      }
    }
  }

  private warnOfNulls(templates: readonly LoadedTemplate[]): void {
    for (const { origin, definition } of templates) {
      for (const { path, message } of nullReads(definition)) this.log.warn(`${origin} ${path} ${message}.`, { path });
    }
  }

  private sources() {
    return [
      ...this.options.templates.sources,
      ...this.scan.valuesOf(TaskerFeature).flatMap((feature) => feature.templates),
    ];
  }
}
