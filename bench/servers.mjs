import { conductor } from './servers/conductor.mjs';
import { restate } from './servers/restate.mjs';
import { temporal } from './servers/temporal.mjs';

/** Servers of engines that need one beside PostgreSQL. One without `install` comes with the peers from npm. */
export const SERVERS = { temporal, restate, conductor };

/**
 * Starts those that are installed, one after the other, and lets them stand still until a run needs one.
 *
 * @returns by name the server, or a `missing` that says why there is none
 */
export async function openServers(names, lab) {
  const opened = {};
  for (const name of names) opened[name] = await open(name, lab);
  return opened;
}

async function open(name, lab) {
  const { isInstalled, missing, start } = SERVERS[name];
  if (!isInstalled()) return { missing };
  try {
    const server = await start(lab);
    server.pause();
    return { server };
  } catch (error) {
    return { missing: error.message };
  }
}
