import type { Principal } from '../access/access-policy';

/** The answer about credentials; the reason of a refusal is for logs, never for the caller. @internal */
export type TokenVerdict = { readonly principal: Principal } | { readonly refused: string };
