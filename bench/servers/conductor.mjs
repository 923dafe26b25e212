import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts } from '../ports.mjs';
import { cached, fillCache, runTool } from './cache.mjs';
import { makeServerFolder, ServerProcess } from './server-process.mjs';

const VERSION = '3.21.14';
const ARTIFACT = `org.conductoross:conductor-server:${VERSION}:jar:boot`;
const DATABASE = 'conductor';
const jar = () => cached('conductor', VERSION, `conductor-server-${VERSION}-boot.jar`);

/** Maven wants a project to run in. */
const PROJECT = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>bench</groupId><artifactId>servers</artifactId><version>1</version>
</project>
`;

function copyArtifact(folder) {
  const project = join(folder, 'pom.xml');
  writeFileSync(project, PROJECT);
  runTool('mvn', ['-q', '-f', project, 'dependency:copy', `-Dartifact=${ARTIFACT}`, `-DoutputDirectory=${folder}`]);
}

/** As its guide to PostgreSQL has it: everything there. Locks are off, as they come: they are for several servers. */
function properties({ host, username, password }, port) {
  return {
    ...{ 'server.port': port, 'server.address': '127.0.0.1', loadSample: false },
    ...{ 'conductor.db.type': 'postgres', 'conductor.queue.type': 'postgres' },
    ...{ 'conductor.indexing.enabled': true, 'conductor.indexing.type': 'postgres' },
    'conductor.elasticsearch.version': 0,
    'spring.datasource.url': `jdbc:postgresql://${host}/${DATABASE}`,
    'spring.datasource.username': username,
    'spring.datasource.password': decodeURIComponent(password),
    'spring.datasource.hikari.maximum-pool-size': 20,
  };
}

/** Conductor's server on the session's PostgreSQL. */
export const conductor = {
  about: `Conductor ${VERSION} (data, queues and index on this PostgreSQL)`,
  missing:
    'its server is not installed; "node bench/install-servers.mjs conductor" fetches it with Maven (400 MB, for Java 17)',
  isInstalled: () => existsSync(jar()),
  install: () => fillCache('conductor', VERSION, copyArtifact),
  async start({ server: { url }, admin }) {
    await admin.query(`create database ${DATABASE}`);
    const [dir, [port]] = [makeServerFolder('conductor'), await freePorts(1)];
    const settings = Object.entries(properties(new URL(url), port)).map(([name, value]) => `--${name}=${value}`);
    const order = { command: 'java', args: ['-Xmx1g', '-jar', jar(), ...settings], dir };
    const address = `http://127.0.0.1:${port}`;
    const isReady = async () => (await fetch(`${address}/health`)).ok;
    return Object.assign(await ServerProcess.start(order, isReady), { address });
  },
};
