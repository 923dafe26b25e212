export { buildProgram } from './program/build-program';
export { examplesOf, type Example } from './program/examples';
export { EXIT_CODE_MEANINGS, EXIT_CODES, type ExitCode } from './program/exit-codes';
