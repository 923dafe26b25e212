import type { DataMask } from '../../data/data-mask';
import type { StepFailure } from './step-failure';

/** The failure without what is to be hidden of the context its step saw, wherever it got to. */
export function maskFailure(mask: DataMask, failure: StepFailure, context: unknown): StepFailure {
  const hidden = mask.hide(failure, mask.secrets(context));
  return { ...hidden, kind: failure.kind, ...(hidden.context && { context: mask.of(hidden.context) }) };
}
