import type { StartOptions } from './options';

/**
 * Faster than the defaults where losing the data with the machine is no loss. `synchronous_commit` stays on: without
 * it a server that crashes forgets its last commits, and without fsync it costs little.
 */
const THROW_AWAY = { fsync: 'off', full_page_writes: 'off' };
const DURABLE = { fsync: 'on', full_page_writes: 'on' };

/**
 * The arguments for `postgres`.
 *
 * No Unix socket: its path may hold no more than about 100 bytes, and directories get longer than that.
 *
 * @internal
 */
export function serverArguments(cluster: string, port: number, options: StartOptions): string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 200,
    log_checkpoints: 'off',
    ...(options.durable ? DURABLE : THROW_AWAY),
    ...options.settings,
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', cluster, '-p', String(port), ...flags];
}
