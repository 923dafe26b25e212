import { correlationIdOfRequest, taskerCorrelationId, taskerScope } from '@tasker/nestjs';
import type { Params } from 'nestjs-pino';
import type { DestinationStream } from 'pino';

/** How this process logs. */
export interface LoggingOptions {
  /** Default `info`. */
  readonly level?: string;
  /** Default: standard output. */
  readonly destination?: DestinationStream;
  /** Fields of orders nobody may read in a log, such as `card.number`; a star stands for one name. */
  readonly secrets?: readonly string[];
}

/** Headers that let their reader in. */
const SECRET_HEADERS = ['authorization', 'cookie', 'x-api-key'].map((name) => `req.headers["${name}"]`);

/** Where the contexts of tasks and the bodies of requests stand in a line. */
const CARRIERS = ['taskContext', 'body', 'req.body'];

/** One JSON object per line; every line of a request or a step has its correlation id, in whatever process it runs. */
export function logSettings({ level = 'info', destination, secrets = [] }: LoggingOptions): Params {
  const options = {
    level,
    genReqId: correlationIdOfRequest,
    mixin: () => ({ correlationId: taskerCorrelationId(), ...stepFields() }),
    // The line of the finished request is written outside of everything the request has called.
    customProps: ({ id }: { id: unknown }) => ({ correlationId: id }),
    redact: {
      paths: [
        ...SECRET_HEADERS,
        'res.headers["set-cookie"]',
        ...CARRIERS.flatMap((carrier) => secrets.map((path) => `${carrier}.${path}`)),
      ],
      censor: '[redacted]',
    },
  };
  // Nest calls the name of the logger "context", which is the word for the data of a task here.
  return { pinoHttp: destination ? [options, destination] : options, renameContext: 'component' };
}

function stepFields(): Record<string, unknown> {
  const scope = taskerScope();
  if (!scope) return {};
  const { taskId, namespace, task, step, attempt, workerId } = scope;
  return { taskId, namespace, task, step, attempt, workerId };
}
