import type { PlatformRequest } from './platform';

/**
 * Where what was just made is. Relative to the address that was asked for, as RFC 9110 allows: behind a proxy nobody here
 * knows the beginning of that.
 *
 * @internal
 */
export function locationOf({ originalUrl, url }: PlatformRequest, id: string): string {
  const [path = ''] = (originalUrl ?? url).split('?');
  // The last segment is what a relative reference takes the place of.
  return path.endsWith('/') ? id : `${path.slice(path.lastIndexOf('/') + 1)}/${id}`;
}
