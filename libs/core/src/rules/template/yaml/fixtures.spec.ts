import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilePlan } from '../compile-plan';
import type { TaskTemplateDefinition } from '../definition';
import { compileContextValidator, parseTemplateYaml } from '../../../schema/with-ajv';
import { templateToYaml } from './to-yaml';

const FOLDER = join(__dirname, 'fixtures');

const load = (file: string, environment?: string, env = {}): TaskTemplateDefinition[] =>
  parseTemplateYaml(readFileSync(join(FOLDER, file), 'utf8'), { source: file, environment, env });

const graph = (definition: TaskTemplateDefinition | undefined): Record<string, readonly string[]> =>
  Object.fromEntries(definition?.steps.map((step) => [step.name, step.dependsOn]) ?? []);

const limits = (definition: TaskTemplateDefinition | undefined): number[] | undefined =>
  definition?.steps.map((step) => step.retryLimit);

describe('templates in the format of the original', () => {
  it.each(readdirSync(FOLDER))('%s loads, compiles and survives the round trip', (file) => {
    for (const environment of [undefined, 'development', 'test', 'production']) {
      for (const definition of load(file, environment, { ECOMMERCE_API_KEY: 'secret' })) {
        const lanes = definition.steps.map(() => 1);
        expect(compilePlan(definition, { templateId: 1, revision: 1, lanes }).roots).not.toHaveLength(0);
        expect(parseTemplateYaml(templateToYaml(definition), { source: 'copy' })).toEqual([definition]);
      }
    }
  });

  it('process_order: five steps in line, with limits, systems and environments', () => {
    const [order] = load('process_order.yaml');
    expect(order).toMatchObject({ namespace: 'ecommerce', name: 'process_order', version: '1.0.0' });
    expect(graph(order)).toEqual({
      validate_cart: [],
      process_payment: ['validate_cart'],
      update_inventory: ['process_payment'],
      create_order: ['update_inventory'],
      send_confirmation: ['create_order'],
    });
    expect(limits(order)).toEqual([3, 3, 2, 3, 5]);
    expect(order?.steps[0]).toMatchObject({
      handler: 'Ecommerce::StepHandlers::ValidateCartHandler',
      dependentSystem: 'ecommerce_platform',
      handlerConfig: { timeout_seconds: 15 },
    });
    expect(limits(load('process_order.yaml', 'test')[0])).toEqual([3, 1, 2, 3, 5]);
    expect(load('process_order.yaml', 'production')[0]?.steps[1]?.handlerConfig).toEqual({
      timeout_seconds: 30,
      payment_url: 'https://payments.example.com',
    });
  });

  it('process_order: checks a context and applies its defaults', () => {
    const validate = compileContextValidator(load('process_order.yaml')[0]?.contextSchema);
    const order = {
      cart_items: [{ product_id: 1, quantity: 2, price: 9.99 }],
      payment_info: { method: 'paypal', amount: 19.98, token: 'test_success_1' },
      customer_info: { email: 'a@example.com', name: 'A' },
    };
    expect(validate(order)).toEqual({
      ...order,
      payment_info: { ...order.payment_info, currency: 'USD' },
      customer_info: { ...order.customer_info, tier: 'standard' },
      priority: 'standard',
    });
    expect(() => validate({ ...order, cart_items: [{ product_id: 1, quantity: 0 }] })).toThrow(
      expect.objectContaining({
        details: [
          { path: 'context.cart_items[0].price', message: 'is required' },
          { path: 'context.cart_items[0].quantity', message: 'must be >= 1' },
        ],
      }),
    );
  });

  it('customer_analytics: three roots, two joins, events under the name of the template', () => {
    const [analytics] = load('customer_analytics.yaml');
    expect(graph(analytics)).toEqual({
      extract_orders: [],
      extract_users: [],
      extract_products: [],
      transform_customer_metrics: ['extract_orders', 'extract_users'],
      transform_product_metrics: ['extract_orders', 'extract_products'],
      generate_insights: ['transform_customer_metrics', 'transform_product_metrics'],
      update_dashboard: ['generate_insights'],
      send_notifications: ['update_dashboard'],
    });
    expect(limits(analytics)).toEqual([3, 5, 3, 2, 2, 3, 3, 5]);
    expect(analytics?.customEvents.map(({ name }) => name)).toEqual([
      'customer_analytics.data_extraction_started',
      'customer_analytics.data_extraction_completed',
      'customer_analytics.pipeline_milestone_reached',
    ]);
    const validate = compileContextValidator(analytics?.contextSchema);
    expect(validate({ date_range: { start_date: '2026-01-01', end_date: '2026-01-31' } })).toMatchObject({
      notification_channels: ['#data-team'],
      quality_thresholds: { min_customer_records: 100, max_null_percentage: 0.05, min_order_records: 50 },
    });
  });

  it('user_registration: a fork and a join', () => {
    const [registration] = load('user_registration.yaml');
    expect(graph(registration)).toEqual({
      create_user_account: [],
      setup_billing_profile: ['create_user_account'],
      initialize_preferences: ['create_user_account'],
      send_welcome_sequence: ['setup_billing_profile', 'initialize_preferences'],
      update_user_status: ['send_welcome_sequence'],
    });
    expect(limits(registration)).toEqual([3, 3, 3, 5, 2]);
  });

  it('process_refund: two teams with one name', () => {
    const refunds = load('process_refund.yaml');
    expect(refunds.map(({ namespace, name, version }) => `${namespace}.${name}@${version}`)).toEqual([
      'payments.process_refund@2.1.0',
      'customer_success.process_refund@1.3.0',
    ]);
    expect(refunds.map(limits)).toEqual([
      [3, 2, 3, 5],
      [3, 2, 1, 3, 3],
    ]);
  });

  it('api_task: named steps, a name with a folder, variables only where they are needed', () => {
    const [api] = load('api_task.yaml');
    expect(api?.name).toBe('api_task/integration_yaml_example');
    expect(graph(api)['validate_products']).toEqual(['fetch_products', 'fetch_cart']);
    expect(load('api_task.yaml', 'development')[0]?.steps[0]?.handlerConfig).toEqual({
      type: 'api',
      url: 'http://localhost:3000/api/cart',
      params: { cart_id: 1, debug: true },
    });
    expect(() => load('api_task.yaml', 'production')).toThrow(/the variable ECOMMERCE_API_KEY is not set/);
  });

  it('dummy_task: names with hyphens', () => {
    const [dummy] = load('dummy_task.yaml');
    expect(dummy).toMatchObject({ namespace: 'default', version: '0.1.0' });
    expect(graph(dummy)).toEqual({
      'step-one': [],
      'step-two': [],
      'step-three': ['step-two'],
      'step-four': ['step-three'],
    });
  });

  it('complex_graphs: the shapes of the original test suite', () => {
    const shapes = load('complex_graphs.yaml');
    expect(shapes.map(({ name, steps }) => [name, steps.length])).toEqual([
      ['linear', 6],
      ['diamond', 7],
      ['parallel_merge', 7],
      ['tree', 8],
      ['mixed', 9],
      ['configurable_failure', 4],
    ]);
  });
});
