import { Injectable } from '@nestjs/common';
import { ExternalContextCreator, type ContextId } from '@nestjs/core';
import { errorText, PermanentError, type HandlerInvoker, type StepContext, type StepHandler } from '@tasker/core';
import { forwarding } from '../runtime/forwarding';
import { STEP_HANDLER_PARAMS_METADATA } from '../tasker.constants';
import type { HandlerSource } from './handler-source';
import { ownEnhancers } from './own-enhancers';
import { ProviderInstances } from './provider-instances';

type Run = (step: StepContext) => unknown;
type Callback = (...args: unknown[]) => unknown;

/** The step context is the only parameter a handler has, and what pipes work on. */
const STEP_PARAMETER = { exchangeKeyForValue: (_type: number, _data: unknown, args: unknown[]) => args[0] };

/** Makes the functions the engine calls: whatever it takes to run a handler, settled once at boot. @internal */
@Injectable()
export class HandlerInvokers {
  constructor(
    private readonly external: ExternalContextCreator,
    private readonly instances: ProviderInstances,
  ) {}

  create({ wrapper, method }: HandlerSource): HandlerInvoker {
    if (!this.instances.isPerUse(wrapper)) return this.invoker(wrapper.instance as object, method);
    return async (step) => {
      const { instance, contextId } = await this.instances.forUse(wrapper, step);
      return this.invoker(instance, method, contextId, wrapper.id)(step);
    };
  }

  private invoker(instance: object, method: string, contextId?: ContextId, inquirerId?: string): HandlerInvoker {
    const handlers = instance as Record<string, Callback>;
    const callback = handlers[method] as Callback;
    const enhancers = ownEnhancers(instance, callback);
    // Looked up for each step: a test may put a spy there after the boot.
    const run: Run = enhancers
      ? this.external.create(
          ...([
            instance,
            forwarding(callback, (...args: unknown[]) => handlers[method]?.(...args)),
            method,
            STEP_HANDLER_PARAMS_METADATA,
            STEP_PARAMETER,
          ] as const),
          ...([contextId, inquirerId, enhancers, 'tasker'] as const),
        )
      : (step) => handlers[method]?.(step);
    const handler = instance as StepHandler;
    if (method !== 'process' || !handler.processResults) return async (step) => run(step);
    return async (step) => shapeResult(handler, step, await run(step));
  }
}

/** `process` has done its work by now: repeating it because its output could not be shaped would do it twice. */
async function shapeResult(handler: StepHandler, step: StepContext, output: unknown): Promise<unknown> {
  try {
    return await handler.processResults?.(step, output);
  } catch (cause) {
    throw new PermanentError(`processResults of step "${step.name}" failed: ${errorText(cause)}`, { cause });
  }
}
