/**
 * The rings, as errors: migrations <- nothing, core <- nothing of ours, postgres -> core and migrations,
 * src -> postgres and core, examples -> public packages. Tests are free, so published code is what is cruised.
 */

const SPEC = '\\.(spec|e2e-spec)\\.ts$';
const PUBLISHED = '^(src|libs/[^/]+/src)/';
/** Folders of src that are sub-path entries with optional peers; each must load without the others. */
const ENTRY = 'event-emitter|rest|graphql|auth|health|metrics|telemetry|dashboard|workers|testing';

const OPTIONAL_PEERS = Object.keys(require('./package.json').peerDependenciesMeta);

const error = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    error('no-cycles', 'A cycle makes a knot of every file in it.', {}, { circular: true }),
    error(
      'core-is-pure',
      'Rules and engine know no framework, no driver and no other ring.',
      { path: '^libs/core/src/', pathNot: SPEC },
      {
        path: '^(src|libs/(?!core/)[^/]+|migrations|examples|test)/|node_modules/(@nestjs|@tasker|typeorm|pg|rxjs|reflect-metadata)/',
      },
    ),
    error(
      'rules-are-plain',
      'Rules run wherever JavaScript does: they import errors, data and each other; YAML is text, and its library pure.',
      { path: '^libs/core/src/rules/', pathNot: SPEC },
      { pathNot: '^libs/core/src/(rules|data|errors)/|node_modules/yaml/' },
    ),
    error(
      'data-is-plain',
      'JSON tools know nothing of tasks.',
      { path: '^libs/core/src/data/', pathNot: SPEC },
      { pathNot: '^libs/core/src/(data|errors)/' },
    ),
    error(
      'postgres-knows-core-and-migrations',
      'The store implements the ports of core and knows nothing of Nest.',
      { path: '^libs/postgres/src/', pathNot: SPEC },
      { path: '^(src|libs/(?!core/|postgres/)[^/]+|examples|test)/|node_modules/@nestjs/' },
    ),
    error(
      'nest-knows-postgres-and-core',
      'The Nest module gets migrations through the store, and the launcher is for demos and tests.',
      { path: '^src/', pathNot: SPEC },
      { path: '^(libs/(?!core/|postgres/)[^/]+|migrations|examples|test)/' },
    ),
    error(
      'cli-knows-postgres-and-core',
      'A terminal talks to the store or to the REST API, never to the Nest module.',
      { path: '^libs/cli/src/', pathNot: SPEC },
      { path: '^(src|libs/(?!core/|postgres/|cli/)[^/]+|migrations|examples|test)/|node_modules/@nestjs/' },
    ),
    error(
      'launcher-stands-alone',
      'embedded-postgres is usable without the rest.',
      { path: '^libs/embedded-postgres/src/', pathNot: SPEC },
      { path: '^(src|libs/(?!embedded-postgres/)[^/]+|migrations|examples|test)/' },
    ),
    error(
      'examples-use-public-packages',
      'An example shows what a user can import: an entry of a package, never a file inside one.',
      { path: '^examples/' },
      {
        path: '^(src|libs/[^/]+/src|migrations|test)/',
        pathNot: ['^src/index\\.ts$', '^src/[^/]+/index\\.ts$', '^libs/[^/]+/src/index\\.ts$'],
      },
    ),
    error(
      'entries-are-independent',
      'Optional integrations load on their own, or their peers stop being optional.',
      { path: `^src/(${ENTRY})/` },
      { path: `^src/(${ENTRY})/`, pathNot: '^src/$1/' },
    ),
    error(
      'api-serves-every-entry',
      'What any transport does for its callers cannot know one of them; nor can it need what only one installs.',
      { path: '^src/api/' },
      { path: `^src/(${ENTRY})/|node_modules/(${OPTIONAL_PEERS.join('|')})/` },
    ),
    error(
      'root-loads-no-entry',
      'What the root entry loads must not need an optional peer.',
      { path: `^src/(?!(${ENTRY})/)`, pathNot: SPEC },
      { path: `^src/(${ENTRY})/` },
    ),
    error(
      'root-needs-no-optional-peer',
      'An optional peer is imported, even as a type, by the sub-path entry that needs it and nowhere else.',
      { path: `^src/(?!(${ENTRY})/)`, pathNot: SPEC },
      { path: `node_modules/(${OPTIONAL_PEERS.join('|')})/` },
    ),
    error(
      'no-inner-barrels',
      'Barrels are for outsiders: a file that imports the index of its own package closes a cycle.',
      { path: '^(src|libs/[^/]+/src)/' },
      { path: '^$1/index\\.ts$' },
    ),
    error(
      'no-inner-barrels-of-entries',
      'The same for every sub-path: the package itself imports the file that has the thing.',
      { path: '^src/' },
      { path: '^src/[^/]+/index\\.ts$' },
    ),
    error(
      'no-orphans',
      'A file that nothing imports is dead, or its entry is not exported.',
      { orphan: true, path: PUBLISHED, pathNot: `${SPEC}|\\.d\\.ts$` },
      {},
    ),
    error(
      'declared-dependencies',
      'Published code installs with its dependencies and peers only.',
      { path: PUBLISHED, pathNot: SPEC },
      {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['npm-peer', 'type-only', 'npm'],
      },
    ),
    error('resolvable', 'An import that leads nowhere.', {}, { couldNotResolve: true }),
    error('no-spec-imports', "A spec is nobody's library.", {}, { path: SPEC }),
  ],
  options: {
    doNotFollow: { path: 'node_modules|/dist/' },
    exclude: { path: '/dist/' },
    tsConfig: { fileName: 'tsconfig.test.json' },
    tsPreCompilationDeps: true,
    combinedDependencies: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['types', 'require', 'node', 'default'] },
  },
};
