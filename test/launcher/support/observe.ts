import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { Client, type QueryResultRow } from 'pg';
import { eventually } from './eventually';
import type { OwnedServer } from './owner-process';

/** Runs one statement on a connection of its own. */
export async function query<R extends QueryResultRow>(url: string, statement: string): Promise<R[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<R>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** The launcher's directory of a server, temporary or kept. */
export function directoryOf(server: Pick<OwnedServer, 'logFile'>): string {
  return dirname(server.logFile);
}

/** Process ids whose command line names the directory: a server and its supervisor both do. */
export function processesOn(directory: string): number[] {
  const lines = execFileSync('ps', ['-axww', '-o', 'pid=,args=']).toString().split('\n');
  return lines
    .filter((line) => line.includes(directory) && !line.includes('owner.ts'))
    .map((line) => parseInt(line, 10));
}

/** Waits until neither the server nor its supervisor is left. */
export async function nothingRunsOn(directory: string): Promise<void> {
  await eventually(`no process on ${directory}`, () => processesOn(directory).length === 0);
}
