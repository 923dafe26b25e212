import { correlationIdOfRequest, type CorrelatedRequest } from '../../logging/correlation';

/** Header in which every answer gives the correlation id back. @internal */
export const CORRELATION_HEADER = 'X-Correlation-Id';

/** The caller's id when it sent a sound one, else a new one: the same for the whole request. @internal */
export const correlationIdOf = (request: object): string => correlationIdOfRequest(request as CorrelatedRequest);
