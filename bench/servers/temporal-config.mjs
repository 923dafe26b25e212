/** What the operating guide asks for in production: the number of shards cannot be changed later. */
const SHARDS = 512;
const SERVICES = ['frontend', 'matching', 'history', 'worker'];

/** Idle connections of every service count too; all together stay below what PostgreSQL has. */
const POOL = { default: 20, visibility: 5 };

const datastore = ({ host, username, password }, databaseName, maxConns) => ({
  sql: {
    ...{ pluginName: 'postgres12_pgx', databaseName, connectAddr: host, connectProtocol: 'tcp' },
    ...{ user: username, password: decodeURIComponent(password) },
    ...{ maxConns, maxIdleConns: maxConns, maxConnLifetime: '1h' },
  },
});

/**
 * The server's configuration file; what is not here is as it comes. YAML reads JSON.
 *
 * @param ports nine free ones; the first is where clients connect
 */
export function temporalConfig(postgresUrl, ports, dynamicConfigFile) {
  const database = new URL(postgresUrl);
  const [httpPort, ...pairs] = [ports[8], ...ports.slice(0, 8)];
  const services = SERVICES.map((name, index) => {
    const rpc = { grpcPort: pairs[index], membershipPort: pairs[index + 4], bindOnLocalHost: true };
    return [name, { rpc: name === 'frontend' ? { ...rpc, httpPort } : rpc }];
  });
  return {
    log: { stdout: true, level: 'info' },
    persistence: {
      ...{ defaultStore: 'default', visibilityStore: 'visibility', numHistoryShards: SHARDS },
      datastores: {
        default: datastore(database, 'temporal', POOL.default),
        visibility: datastore(database, 'temporal_visibility', POOL.visibility),
      },
    },
    global: { membership: { maxJoinDuration: '30s', broadcastAddress: '127.0.0.1' } },
    services: Object.fromEntries(services),
    clusterMetadata: {
      ...{ enableGlobalNamespace: false, failoverVersionIncrement: 10 },
      ...{ masterClusterName: 'active', currentClusterName: 'active' },
      clusterInformation: {
        active: {
          ...{ enabled: true, initialFailoverVersion: 1, rpcName: 'frontend' },
          rpcAddress: `127.0.0.1:${ports[0]}`,
        },
      },
    },
    dcRedirectionPolicy: { policy: 'noop' },
    dynamicConfigClient: { filepath: dynamicConfigFile, pollInterval: '60s' },
  };
}
