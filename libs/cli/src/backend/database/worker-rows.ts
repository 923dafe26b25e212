import { withSchema } from '@tasker/postgres';
import type { WorkerView } from '../backend-views';
import { toWire } from '../wire';
import type { DatabaseSession } from './database-session';

/** A worker that has stopped in good order has no row any more. */
const LIST = `select w.id, w.name, w.host, w.pid, w.version,
       case when w.lost_at is not null or w.lease_expires_at <= now() then 'lost'
            when w.draining or w.drain_requested then 'draining' else 'live' end as state,
       w.concurrency, w.running,
       array(select distinct l.handler from tasker.lanes l where l.id = any (w.lanes) order by 1) as handlers,
       w.started_at as "startedAt", w.heartbeat_at as "heartbeatAt"
  from tasker.workers w order by w.id`;

/** By id. @internal */
export const listWorkers = async (session: DatabaseSession): Promise<readonly WorkerView[]> =>
  toWire(await session.run(withSchema(LIST, session.schema), [])) as readonly WorkerView[];
