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

  /** As `check`, for something that is needed afterwards: returns what was made, or undefined. */
  async made(name, make) {
    let made;
    await this.check(name, async () => {
      made = await make();
    });
    return made;
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
