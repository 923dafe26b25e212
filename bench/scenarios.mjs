import { backlog } from './scenarios/backlog.mjs';
import { churn } from './scenarios/churn.mjs';
import { crash } from './scenarios/crash.mjs';
import { create } from './scenarios/create.mjs';
import { history } from './scenarios/history.mjs';
import { hold } from './scenarios/hold.mjs';
import { idle, load } from './scenarios/latency.mjs';
import { rest } from './scenarios/rest.mjs';

const OWN_STORE = 'restate keeps its own store instead of PostgreSQL';

/**
 * What each measures, in one line for the tables; `once`: one round says all there is to say; `isPaced`: the pace is given,
 * so a rate says nothing; `isDurable`: beside the durable engines, whose servers take long to get, so not part of "all".
 */
export const SCENARIOS = {
  chain10: { about: 'ten steps in a row; a backlog, one worker process', run: backlog('chain10') },
  diamond: { about: '1 → 10 → 1 steps; a backlog, one worker process', run: backlog('diamond') },
  layered50: { about: 'ten layers of five, each step needs two of the layer before', run: backlog('layered50') },
  drain: { about: 'tasks of one step; a backlog, one worker process', run: backlog('one') },
  fanout: { about: '1 → 9,999 → 1 steps of one task; p50 is first to last call of a handler', run: backlog('fanout') },
  create: {
    about: 'creation of tasks of one step, a thousand per call; no worker; per task, not per step',
    run: create,
  },
  idle: { about: 'chains of ten, one at a time; creation to last call of a handler', run: idle, isPaced: true },
  load: { about: 'chains of ten, 32 in flight; creation to last call of a handler', run: load },
  history: { about: 'chain10 with a million finished tasks in the tables (quick: 200,000)', run: history },
  hold: { about: 'drain while another connection holds a snapshot of the same database', run: hold },
  crash: { about: 'one of two workers is killed; lease 3 s, first retry after about 1 s', run: crash },
  rest: {
    about:
      'the REST API at 200 requests/s, half of them creations; then 32 callers at once; 100,000 tasks in the tables',
    run: rest,
  },
  churn: { about: 'creating and running chains in a closed loop', run: churn, once: true },
  'durable-chain10': {
    about: `ten steps in a row; a backlog, one worker process; ${OWN_STORE}`,
    ...{ run: backlog('chain10'), isDurable: true },
  },
  'durable-fanout': {
    about: `1 → 100 → 1 steps; a backlog, one worker process; ${OWN_STORE}`,
    ...{ run: backlog('fanout100'), isDurable: true },
  },
  'durable-idle': {
    about: `chains of ten, one at a time; creation to last call of a handler; ${OWN_STORE}`,
    ...{ run: idle, isPaced: true, isDurable: true },
  },
};
