import { resolve } from 'node:path';
import { Module, type DynamicModule } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import { TASKER_ENTITIES, TaskerModule } from '@tasker/nestjs';
import { TaskerHealthModule } from '@tasker/nestjs/health';
import { TaskerMetricsModule } from '@tasker/nestjs/metrics';
import { TaskerRestModule } from '@tasker/nestjs/rest';
import { TASKER_DATA_SOURCE_NAME } from '@tasker/nestjs/runtime';
import { destination } from 'pino';
import { DemoTokens } from './access/demo-tokens';
import { STAFF_ACCESS } from './access/staff-access';
import { StaffStrategy } from './access/staff.strategy';
import { DatabaseModule } from './database/database.module';
import { LoggingModule } from './logging/logging.module';
import { FileRuns } from './orders/file-run.service';
import { OrderDesk } from './orders/order-desk.service';
import { OrderList } from './orders/order-list.service';
import { OrdersController } from './orders/orders.controller';
import { PlacedOrder } from './orders/placed-order.entity';
import { OrderBoard } from './progress/order-board';
import { OrderProgress } from './progress/order-progress';
import { PROGRESS_VIEW, type ProgressView } from './progress/progress-view';
import { CarrierService } from './services/carrier.service';
import { Mailer } from './services/mailer.service';
import { Pace } from './services/pace';
import { PaymentGateway } from './services/payment-gateway.service';
import { RiskService } from './services/risk.service';
import { StockService } from './services/stock.service';
import { AwardPoints } from './steps/award-points.step';
import { ChargePayment } from './steps/charge-payment.step';
import { CheckFraud } from './steps/check-fraud.step';
import { CloseOrder } from './steps/close-order.step';
import { CreateShipment } from './steps/create-shipment.step';
import { IssueInvoice } from './steps/issue-invoice.step';
import { NotifyCustomer } from './steps/notify-customer.step';
import { QuoteShipping } from './steps/quote-shipping.step';
import { ReserveStock } from './steps/reserve-stock.step';
import { ValidateOrder } from './steps/validate-order.step';

const STEP_HANDLERS = [
  ValidateOrder,
  ReserveStock,
  CheckFraud,
  QuoteShipping,
  ChargePayment,
  CreateShipment,
  IssueInvoice,
  AwardPoints,
  NotifyCustomer,
  CloseOrder,
];
const SERVICES = [StockService, PaymentGateway, CarrierService, RiskService, Mailer];

/** How this process is set up. */
export interface StorefrontOptions {
  readonly databaseUrl: string;
  readonly slow: boolean;
  readonly board: OrderBoard;
  readonly view: ProgressView;
  readonly tokens: DemoTokens;
  /** Where log lines go, which would disturb the table on the screen. */
  readonly logFile: string;
}

/** Fields of an order that stay out of the log. */
const SECRETS = ['payment.token', 'customer.email'];

/** The shop: step handlers and services are ordinary providers, Tasker finds the handlers by their decorator. */
@Module({})
export class AppModule {
  static register({ databaseUrl, slow, board, view, tokens, logFile }: StorefrontOptions): DynamicModule {
    return {
      module: AppModule,
      imports: [
        DatabaseModule.register(databaseUrl),
        TypeOrmModule.forFeature([PlacedOrder]),
        TaskerModule.forRoot({
          // The shop's database, by the token of its `DataSource`: one set of credentials.
          database: { dataSource: getDataSourceToken() },
          templates: [resolve(__dirname, '../tasks/*.yaml')],
          // A short lease: after kill -9 the next process takes the steps over within three seconds.
          worker: { concurrency: 8, leaseMs: 3_000 },
          logging: { format: 'pino', tasks: 'each' },
        }),
        // To read what is Tasker's beside what is the shop's.
        TypeOrmModule.forFeature(TASKER_ENTITIES, TASKER_DATA_SOURCE_NAME),
        LoggingModule.register({ destination: destination({ dest: logFile, mkdir: true }), secrets: SECRETS }),
        TaskerRestModule.register({ path: 'tasker', access: STAFF_ACCESS }),
        TaskerHealthModule.register({ status: { access: STAFF_ACCESS } }),
        TaskerMetricsModule.register({ access: 'public' }),
      ],
      controllers: [OrdersController],
      providers: [
        ...STEP_HANDLERS,
        ...SERVICES,
        ...[OrderDesk, OrderList, FileRuns, OrderProgress, StaffStrategy],
        { provide: DemoTokens, useValue: tokens },
        { provide: Pace, useValue: new Pace(slow) },
        { provide: OrderBoard, useValue: board },
        { provide: PROGRESS_VIEW, useValue: view },
      ],
    };
  }
}
