// Gets the servers of the durable engines into the cache, once per version: node bench/install-servers.mjs [name ...]
import { SERVERS } from './servers.mjs';

const asked = process.argv.slice(2);
const names = asked.length > 0 ? asked : Object.keys(SERVERS);

for (const name of names) {
  const server = SERVERS[name];
  if (!server) {
    console.error(`There is no server "${name}"; there are ${Object.keys(SERVERS).join(', ')}.`);
    process.exitCode = 2;
  } else if (server.isInstalled()) {
    console.log(`${name} is installed.`);
  } else if (!server.install) {
    console.log(`${name}: ${server.missing}.`);
  } else {
    console.log(`Installing ${name} …`);
    try {
      server.install();
    } catch (error) {
      console.error(`${name}: ${error.message}`);
      process.exitCode = 1;
    }
  }
}
