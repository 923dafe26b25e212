import './global-setup';

/** Leaves a server that was there before alone. */
export default async function teardown(): Promise<void> {
  await globalThis.testServer?.stop();
}
