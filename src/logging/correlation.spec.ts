import { correlationIdOfRequest, correlationMiddleware, runWithCorrelation, taskerCorrelationId } from './correlation';
import { runInStepScope } from './step-scope';

const request = (headers: Record<string, string | string[]> = {}) => ({ headers });
const GENERATED = /^[0-9a-f-]{36}$/;

describe('correlationIdOfRequest', () => {
  it.each([
    ['x-correlation-id', { 'x-correlation-id': 'corr-1', 'x-request-id': 'req-1' }, 'corr-1'],
    ['x-request-id', { 'x-request-id': 'req-1' }, 'req-1'],
    ['the sound one of two', { 'x-correlation-id': 'two words', 'x-request-id': 'req-1' }, 'req-1'],
  ])('takes %s', (_what, headers, expected) => {
    expect(correlationIdOfRequest(request(headers))).toBe(expected);
  });

  it.each(['', 'a\nb', 'ünsound', 'x'.repeat(129)])('makes its own in place of %j', (sent) => {
    expect(correlationIdOfRequest(request({ 'x-correlation-id': sent }))).toMatch(GENERATED);
  });

  it('answers the same for the same request', () => {
    const same = request();
    expect(correlationIdOfRequest(same)).toBe(correlationIdOfRequest(same));
  });
});

describe('correlationMiddleware', () => {
  it('gives the id to the response and to everything the request calls', async () => {
    const answered: string[] = [];
    let inside: Promise<string | undefined> | undefined;
    const response = { setHeader: (name: string, value: string) => answered.push(name, value) };
    correlationMiddleware(request({ 'x-correlation-id': 'corr-1' }), response, () => {
      inside = Promise.resolve().then(taskerCorrelationId);
    });
    expect(answered).toEqual(['X-Correlation-Id', 'corr-1']);
    expect(await inside).toBe('corr-1');
    expect(taskerCorrelationId()).toBeUndefined();
  });
});

describe('taskerCorrelationId', () => {
  it('prefers the task whose step runs', () => {
    const scope = {
      ...{ taskId: '7', namespace: 'default', task: 'order', version: '1.0.0', step: 'charge' },
      ...{ attempt: 2, workerId: 3, correlationId: 'of-the-task', traceParent: null },
    };
    expect(runWithCorrelation('of-the-request', () => runInStepScope(scope, taskerCorrelationId))).toBe('of-the-task');
  });
});
