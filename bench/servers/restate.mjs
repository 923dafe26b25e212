import { createRequire } from 'node:module';
import { freePorts } from '../ports.mjs';
import { makeServerFolder, ServerProcess } from './server-process.mjs';

const VERSION = '1.7.12';
const require = createRequire(import.meta.url);

/** The binary that npm brought for this platform; null when there is none. */
function binary() {
  try {
    return require.resolve(`@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`);
  } catch {
    return null;
  }
}

/** Restate's server, a single node as it comes: its log is synced to its own disk, PostgreSQL has no part in it. */
export const restate = {
  about: `Restate ${VERSION} (single node, its own store with a synced log instead of PostgreSQL)`,
  missing: 'npm has no server of it for this platform',
  isInstalled: () => binary() !== null,
  async start() {
    const [node, ingress, admin] = await freePorts(3);
    const env = {
      ...{ RESTATE_BIND_IP: '127.0.0.1', RESTATE_BIND_PORT: String(node), RESTATE_LISTEN_MODE: 'tcp' },
      ...{ RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`, RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}` },
      ...{ RESTATE_DISABLE_TELEMETRY: 'true', RESTATE_LOG_FILTER: 'warn', DO_NOT_TRACK: '1' },
    };
    const dir = makeServerFolder('restate');
    const order = { command: binary(), args: ['--base-dir', dir, '--no-logo'], env, dir };
    const address = { ingress: `http://127.0.0.1:${ingress}`, admin: `http://127.0.0.1:${admin}` };
    const isOk = async (url) => (await fetch(url)).ok;
    const isReady = async () => (await isOk(`${address.admin}/health`)) && isOk(`${address.ingress}/restate/health`);
    return Object.assign(await ServerProcess.start(order, isReady), { address });
  },
};
