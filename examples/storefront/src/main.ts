import 'reflect-metadata';
import { resolveDatabase, type ResolvedDatabase } from '@tasker/embedded-postgres';
import { readArguments, USAGE, type DemoArguments } from './demo-arguments';
import { readOrderFile } from './orders/order-file';
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
  let shop: Storefront | undefined;
  let staysUp = false;
  try {
    shop = await Storefront.open({ databaseUrl: database.url, slow: args.slow, board, view });
    closeOnSignal(shop, database);
    await trade(shop, args, orders, view);
    staysUp = !args.once;
  } finally {
    if (!staysUp) {
      await shop?.close();
      await database.stop();
    }
  }
}

async function trade(
  shop: Storefront,
  args: DemoArguments,
  orders: ReturnType<typeof readOrderFile>,
  view: ProgressView,
): Promise<void> {
  const url = args.once ? null : await shop.listen(args.port);
  const run = await shop.begin(orders);
  view.say(
    `Run ${run.number}, ${orders.length} orders, process ${process.pid}. kill -9 ${process.pid} and start again to see it go on.`,
  );
  if (run.resumed > 0) view.say(`${run.resumed} of the orders were placed by an earlier process: its run goes on.`);
  const ended = await shop.end(run);
  view.close();
  process.stdout.write(`${summaryOf(ended)}\n`);
  if (!ended.every(asExpected)) process.exitCode = 1;
  if (url !== null)
    process.stdout.write(`\nOpen for orders: POST ${url}/orders, GET ${url}/orders/<task id>. Ctrl-C ends.\n`);
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
