// Not read as a file: inside a bundle there is none, and bundlers follow this.
// eslint-disable-next-line @typescript-eslint/no-require-imports
const manifest = require('../package.json') as { readonly version: string };

/** Version of this package, shown with each worker. @internal */
export const { version } = manifest;
