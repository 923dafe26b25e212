// Prints "<passed> <failed>" for a JSON report of Jest. A file that could not run counts as one failed test.
import { readFileSync } from 'node:fs';

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
console.log(report.numPassedTests, report.numFailedTests + report.numRuntimeErrorTestSuites);
