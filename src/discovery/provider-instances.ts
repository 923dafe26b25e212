import { Injectable } from '@nestjs/common';
import { ContextIdFactory, ModuleRef, type ContextId } from '@nestjs/core';
import type { ProviderWrapper } from './provider-scan';

/** An instance made for one use, and the request context it lives in. @internal */
export interface InstanceForUse {
  readonly instance: object;
  readonly contextId: ContextId;
}

/** Gets at the instances behind providers, whatever their scope. @internal */
@Injectable()
export class ProviderInstances {
  constructor(private readonly moduleRef: ModuleRef) {}

  /** True when every use gets an instance of its own: request scope (its own, or of something it needs) or transient. */
  isPerUse(wrapper: ProviderWrapper): boolean {
    return wrapper.isTransient || !wrapper.isDependencyTreeStatic();
  }

  /** @param request what `@Inject(REQUEST)` gives inside the instance */
  async forUse(wrapper: ProviderWrapper, request: object): Promise<InstanceForUse> {
    const contextId = ContextIdFactory.getByRequest(request);
    this.moduleRef.registerRequestByContextId(request, contextId);
    const token = wrapper.token as Function | string | symbol;
    return { instance: await this.moduleRef.resolve<object>(token, contextId, { strict: false }), contextId };
  }
}
