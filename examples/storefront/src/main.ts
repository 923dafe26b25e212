import 'reflect-metadata';
import { resolveDatabase, type ResolvedDatabase } from '@tasker/embedded-postgres';
import { DemoTokens } from './access/demo-tokens';
import { readArguments, USAGE } from './demo-arguments';
import { readOrderFile } from './orders/order-file';
import { DOCS_PATH } from './docs/serve-document';
import { LiveTable } from './progress/live-table';
import { OrderBoard } from './progress/order-board';
import { PlainLines } from './progress/plain-lines';
import type { ProgressView } from './progress/progress-view';
import { asExpected, summaryOf } from './progress/summary';
import { Storefront } from './storefront';

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2), process.env);
  if (!args) return void process.stdout.write(USAGE);
  const orders = readOrderFile(args.ordersFile);
  const database = await resolveDatabase({ dataDir: args.dataDir, durable: true });
  const board = new OrderBoard();
  const view = viewOf(board);
  const tokens = new DemoTokens(process.env['TASKER_DEMO_SECRET']);
  let shop: Storefront | undefined;
  let staysUp = false;
  try {
    const { slow, logFile } = args;
    shop = await Storefront.open({ databaseUrl: database.url, slow, board, view, tokens, logFile });
    closeOnSignal(shop, database);
    const url = args.once ? null : await shop.listen(args.port);
    await trade(shop, orders, view);
    if (url !== null) process.stdout.write(invitation(url, tokens));
    staysUp = !args.once;
  } finally {
    if (!staysUp) {
      await shop?.close();
      await database.stop();
    }
  }
}

async function trade(shop: Storefront, orders: ReturnType<typeof readOrderFile>, view: ProgressView): Promise<void> {
  const run = await shop.begin(orders);
  view.say(
    `Run ${run.number}, ${orders.length} orders, process ${process.pid}. kill -9 ${process.pid} and start again to see it go on.`,
  );
  if (run.resumed > 0) view.say(`${run.resumed} of the orders were placed by an earlier process: its run goes on.`);
  const ended = await shop.end(run);
  view.close();
  process.stdout.write(`${summaryOf(ended)}\n`);
  if (!ended.every(asExpected)) process.exitCode = 1;
}

/** What can be done now, with a token that allows everything. */
function invitation(url: string, tokens: DemoTokens): string {
  return `
Open for orders: POST ${url}/orders, GET ${url}/orders/<task id>. Ctrl-C ends.
Latest orders:   curl -H "Authorization: Bearer $TOKEN" ${url}/orders
Swagger UI:      ${url}/${DOCS_PATH} (Authorize with the token below)
Tasker's API:    curl -H "Authorization: Bearer $TOKEN" ${url}/tasker/tasks
Probes, metrics: ${url}/tasker/health/ready, ${url}/metrics
TOKEN=${tokens.issue('demo', 'operator')}
`;
}

function viewOf(board: OrderBoard): ProgressView {
  const { stdout } = process;
  return stdout.isTTY ? new LiveTable(board, stdout) : new PlainLines((text) => stdout.write(text));
}

/** First the app, which needs the database to give its steps back; then the database. */
function closeOnSignal(shop: Storefront, database: ResolvedDatabase): void {
  const close = (): void => {
    void shop
      .close()
      .then(() => database.stop())
      .finally(() => process.exit());
  };
  process.once('SIGINT', close).once('SIGTERM', close);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 2;
});
