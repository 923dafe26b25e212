import { Injectable } from '@nestjs/common';
import type { Fault } from '@tasker/core';
import { STEP_HANDLER_METADATA } from '../tasker.constants';
import { hasMethod, type HandlerSource } from './handler-source';
import { ProviderScan } from './provider-scan';

/** Finds the providers marked with `@StepHandler`. @internal */
@Injectable()
export class StepHandlerExplorer {
  constructor(private readonly scan: ProviderScan) {}

  /** Sorted by class name; a class that cannot handle steps is a fault instead. */
  explore(): { handlers: HandlerSource[]; faults: Fault[] } {
    const faults: Fault[] = [];
    const handlers = this.scan
      .decorated<{ name: string; resultsOf: readonly string[] }>(STEP_HANDLER_METADATA)
      .flatMap(({ type, wrapper, metadata }) => {
        if (metadata.name === '') {
          faults.push({ path: 'handlers', message: 'an anonymous class has no name: write @StepHandler("name")' });
          return [];
        }
        const source = { ...metadata, label: type.name, wrapper, method: 'process' };
        if (hasMethod(source, type)) return [source];
        faults.push({ path: `handlers.${metadata.name}`, message: `class ${type.name} has no method "process"` });
        return [];
      });
    return { handlers, faults };
  }
}
