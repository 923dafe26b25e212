/** What a customer sends: the context of a `fulfil_order` task, as its schema in tasks/fulfil_order.yaml describes it. */
export interface Order {
  readonly orderNumber: string;
  readonly customer: {
    readonly id: string;
    readonly name: string;
    readonly email: string;
    readonly tier: 'standard' | 'premium' | 'enterprise';
  };
  readonly items: readonly OrderItem[];
  readonly payment: {
    readonly method: 'credit_card' | 'debit_card' | 'paypal' | 'bank_transfer';
    readonly token: string;
    readonly amountCents: number;
    readonly currency: string;
  };
  readonly shipping: {
    readonly street: string;
    readonly city: string;
    readonly postcode: string;
    readonly country: string;
    readonly method: 'standard' | 'express' | 'overnight';
  };
}

/** One line of an order. */
export interface OrderItem {
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly unitPriceCents: number;
}

/** Name of the template in tasks/fulfil_order.yaml. */
export const FULFIL_ORDER = { namespace: 'storefront', name: 'fulfil_order' } as const;
