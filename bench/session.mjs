import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readArguments } from './arguments.mjs';
import { ENGINES, flowsOf } from './engines.mjs';
import { judge } from './floors.mjs';
import { openLab } from './lab.mjs';
import { describeMachine } from './machine.mjs';
import { markdownPage } from './markdown.mjs';
import { comparePairs, pairLines } from './pairs.mjs';
import { scenarioTable } from './report.mjs';
import { SCENARIOS } from './scenarios.mjs';
import { summarise } from './statistics.mjs';
import { WorkerProcess } from './worker-process.mjs';

const say = (line) => console.log(line);
const isInstalled = (name) => existsSync(join(import.meta.dirname, 'node_modules', name));

/** One line that is written over, on a terminal; lines of a log otherwise. */
function showProgress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(70)}\r`);
  else if (text) process.stderr.write(`… ${text}\n`);
}

/** Engines that can run here; says which cannot, and why. */
function available(engines, lab) {
  const why = (name) => {
    if (ENGINES[name].peer && !isInstalled(ENGINES[name].peer)) return 'not installed; "npm ci" in bench/ brings it';
    if (ENGINES[name].store === 'redis' && !lab.redis) return 'no Redis';
    return lab.servers[ENGINES[name].server]?.missing ?? null;
  };
  for (const name of engines) if (why(name)) say(`${name} skipped: ${why(name)}`);
  return engines.filter((name) => why(name) === null);
}

async function runOnce(lab, scenario, engine, { quick }) {
  try {
    return await SCENARIOS[scenario].run(lab, engine, flowsOf(engine, scenario, quick), { quick, say });
  } catch (error) {
    return { faults: [error.message.replace(/\s+/g, ' ')] };
  } finally {
    WorkerProcess.killAll();
    lab.pauseServers();
  }
}

/** A server that has just started, above all one of Java, is slower in its first run than ever after: that is not counted. */
async function warmUp(lab, scenario, engines, args) {
  for (const name of engines.filter((name) => ENGINES[name].server)) {
    showProgress(`${scenario}, warming up: ${name}`);
    await runOnce(lab, scenario, name, { ...args, quick: true });
  }
}

/** Engines take turns within a round, so that whatever else the machine does meets all of them. */
async function runScenario(lab, scenario, engines, args) {
  const rounds = new Map(engines.filter((name) => ENGINES[name].scenarios[scenario]).map((name) => [name, []]));
  const times = SCENARIOS[scenario].once ? 1 : args.rounds;
  await warmUp(lab, scenario, [...rounds.keys()], args);
  for (let round = 1; round <= times; round++) {
    for (const [name, results] of rounds) {
      showProgress(`${scenario}, round ${round} of ${times}: ${name}`);
      results.push(await runOnce(lab, scenario, name, args));
    }
  }
  showProgress('');
  return {
    engines: [...rounds].map(([name, results]) => summarise(name, results)),
    pairs: comparePairs(rounds.get('tasker'), rounds.get('tasker-before'), SCENARIOS[scenario].isPaced),
  };
}

async function main() {
  const args = readArguments();
  const installed = args.engines.filter((name) => !ENGINES[name].peer || isInstalled(ENGINES[name].peer));
  const lab = await openLab({ engines: installed, against: args.against });
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => void lab.close().then(() => process.exit(130)));
  }
  const results = [];
  try {
    const engines = available(args.engines, lab);
    const machine = await describeMachine(lab, args, engines);
    say(
      Object.entries(machine)
        .map(([key, value]) => `${key.padEnd(11)} ${value}`)
        .join('\n'),
    );
    for (const scenario of args.scenarios) {
      const begun = performance.now();
      const result = { scenario, machine, ...(await runScenario(lab, scenario, engines, args)) };
      if (result.engines.length === 0) continue;
      results.push({ ...result, seconds: Math.round((performance.now() - begun) / 1_000) });
      say(`\n${scenarioTable(scenario, result.engines)}\n(${results.at(-1).seconds} s)`);
      if (result.pairs) say(pairLines(result.pairs));
    }
  } finally {
    await lab.close();
  }
  finish(results, args);
}

function finish(results, { json, markdown, quick }) {
  const judged = judge(results);
  const faults = results.flatMap(({ scenario, engines }) =>
    engines.flatMap(({ name, faults }) => faults.map((fault) => `${scenario}, ${name}: ${fault}`)),
  );
  if (judged.length > 0) say(`\nFloors of the design${quick ? ' (a quick run is too short to judge by)' : ''}:`);
  for (const line of judged) say(`  ${line}`);
  if (faults.length > 0) say(`\nWRONG:\n  ${faults.join('\n  ')}`);
  if (json) writeFileSync(json, `${JSON.stringify(results.length === 1 ? results[0] : results, null, 2)}\n`);
  if (markdown) writeFileSync(markdown, markdownPage(results, judged, faults));
  process.exitCode = faults.length > 0 ? 1 : 0;
}

await main();
