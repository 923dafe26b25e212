export { EmbeddedPostgresError, type EmbeddedPostgresErrorCode } from './errors';
export type { RunningPostgres, ShutdownMode, StartOptions } from './options';
export { resolveDatabase, type ResolvedDatabase, type ResolveOptions } from './resolve';
export { startPostgres } from './start';
