/** Counts checks and prints one line for each, with what a failed one printed. */
export class Checks {
  passed = 0;
  failed = 0;

  /** Runs one check; it fails by throwing. Returns whether it passed. */
  async check(name, run) {
    const started = performance.now();
    try {
      await run();
    } catch (error) {
      this.fail(name, error);
      return false;
    }
    this.passed += 1;
    console.log(`ok   ${name} (${Math.round(performance.now() - started)} ms)`);
    return true;
  }

  fail(name, error) {
    this.failed += 1;
    console.log(`FAIL ${name}`);
    console.log(String(error?.message ?? error).replace(/^/gm, '     '));
  }

  summary() {
    return `${this.passed} passed, ${this.failed} failed`;
  }
}
