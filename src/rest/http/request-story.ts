import type { RequestStory } from '../../api/request-draft';
import { correlationIdOf } from './correlation';
import { headerOf, type PlatformRequest } from './platform';

/** What the headers of an HTTP request tell of the tasks it creates. @internal */
export const storyOf = (request: PlatformRequest): RequestStory => ({
  correlationId: correlationIdOf(request),
  traceParent: headerOf(request, 'traceparent'),
});
