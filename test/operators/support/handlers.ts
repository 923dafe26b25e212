import { PermanentError, type HandlerInvoker } from '@tasker/core';
import { gate, type Gate } from '../../support/gate';

/** Fails until told otherwise. */
export function mendable(): { handler: HandlerInvoker; mend: () => void } {
  let broken = true;
  const handler: HandlerInvoker = () =>
    broken ? Promise.reject(new PermanentError('broken')) : Promise.resolve('mended');
  return { handler, mend: () => void (broken = false) };
}

/** A handler that says when it runs and ends when it is let go, or with its signal. */
export function held(): { handler: HandlerInvoker; started: Gate; go: Gate; aborted: Promise<unknown> } {
  const [started, go] = [gate(), gate()];
  let tell: (reason: unknown) => void = () => undefined;
  const aborted = new Promise<unknown>((resolve) => (tell = resolve));
  const handler: HandlerInvoker = async (context) => {
    context.signal.addEventListener('abort', () => tell(context.signal.reason), { once: true });
    started.open();
    await Promise.race([go.opened, new Promise((resolve) => context.signal.addEventListener('abort', resolve))]);
    return 'done';
  };
  return { handler, started, go, aborted };
}
