import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What the demo was asked to do. */
export interface DemoArguments {
  /** Exit when every order of the file has ended. */
  readonly once: boolean;
  /** Everything takes several times longer. */
  readonly slow: boolean;
  /** 0 for a free one. */
  readonly port: number;
  readonly ordersFile: string;
  readonly dataDir: string;
  /** Where log lines go. */
  readonly logFile: string;
}

const EXAMPLE = resolve(__dirname, '..');
const REPOSITORY = resolve(EXAMPLE, '../..');

/** Text for `--help`. */
export const USAGE = `npm run demo -- [--once] [--slow] [--port 3000] [--orders FILE]

  --once    exit when every order has ended: 0 when each ended as the file expects, 1 otherwise
  --slow    seven times slower, so that there is time to kill the process in the middle
  --port    where POST /orders is served (without --once)
  --orders  another file of orders

Data is kept in .data/pg (TASKER_DEMO_DATA), or in the database that DATABASE_URL names; log lines go to a file beside
it (TASKER_DEMO_LOG). TASKER_DEMO_SECRET, of 32 characters or more, keeps tokens valid from one start to the next.
`;

/** @returns null when help was asked for. @throws {Error} naming what is wrong with the arguments */
export function readArguments(args: readonly string[], env: NodeJS.ProcessEnv): DemoArguments | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      slow: { type: 'boolean', default: false },
      port: { type: 'string', default: '3000' },
      orders: { type: 'string', default: resolve(EXAMPLE, 'data/orders.json') },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error(`--port ${values.port} is not a port number.`);
  const dataDir = resolve(env['TASKER_DEMO_DATA'] ?? resolve(REPOSITORY, '.data/pg'));
  const logFile = resolve(env['TASKER_DEMO_LOG'] ?? `${dataDir}.storefront.log`);
  return { once: values.once, slow: values.slow, port, ordersFile: resolve(values.orders), dataDir, logFile };
}
