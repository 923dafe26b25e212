/** First segments of our paths, below the one the module is mounted at. @internal */
export const RESOURCES = ['tasks', 'handlers', 'paused_steps', 'analytics', 'bulk', 'workers', 'signals', 'approvals'];

/** Of a request that names the whole address; platforms route by what follows. */
const AUTHORITY = /^[a-z][a-z\d+.-]*:\/\/[^/?]*/i;

/**
 * Recognises our paths before anything is routed. Whatever stands in front of the path the module is mounted at is the
 * host's global prefix, which modules cannot ask for. Express routes without regard to case.
 *
 * @internal
 */
export function ownRoutes(path: string): (url: string) => boolean {
  const mounted = path === '' ? '' : `/${path.replaceAll('.', '\\.')}`;
  const pattern = new RegExp(`^(/[^/?]+)*?${mounted}/(${RESOURCES.join('|')})([/?#]|$)`, 'i');
  return (url) => pattern.test(url.replace(AUTHORITY, ''));
}
