import { makeReleases, type Releases } from './support/releases';
import { UpgradeScene } from './support/upgrade-scene';

let releases: Releases;
let scene: UpgradeScene;
beforeAll(() => (releases = makeReleases()));
afterAll(() => releases.remove());
beforeEach(async () => {
  scene = new UpgradeScene();
  await scene.open();
});
// Audits as well.
afterEach(() => scene.close());

describe('a worker of the release before', () => {
  it('goes on while the schema of the next one is made, starts again on it, and shares it', async () => {
    const old = scene.worker('old');
    expect(await old.boot()).toBeNull();
    const goOn = await scene.beginToMigrate(releases.expanded);
    await scene.flow(50);
    const underway = scene.create(500);
    await scene.more(10);
    expect(await goOn()).toEqual(['0900_expand']);
    await scene.ended(await underway);
    await scene.flow(50);

    const [again, next] = [scene.worker('again'), scene.worker('next', releases.expanded)];
    expect(await Promise.all([again.boot(), next.boot()])).toEqual([null, null]);
    expect(again.lines).toEqual([expect.stringMatching(/newer than this version .* does not know 0900_expand\./)]);
    await untilEachHasEnded('old', 'again', 'next');

    expect(await old.stop()).toBe(0);
    await untilEachHasEnded('again', 'next');
    expect([old.lines, again.lines.slice(1), next.lines]).toEqual([[], [], []]);
  });

  it('stops without harm when the schema breaks it, says why, and does not start again', async () => {
    const old = scene.worker('old');
    expect(await old.boot()).toBeNull();
    const goOn = await scene.beginToMigrate(releases.contracted);
    const underway = scene.create(500);
    await scene.more(10);
    expect(await goOn()).toEqual(['0900_expand', '0901_contract']);
    const tasks = [...(await underway), ...(await scene.create(30))];
    expect(await old.line(/settle_steps/)).toMatch(/function tasker\.settle_steps_v1\(.*\) does not exist/);
    expect(await scene.harness.rows.findings()).toEqual([]);

    const again = scene.worker('again');
    expect(await again.boot()).toEqual({
      code: 'TSK_SCHEMA_MISMATCH',
      message: expect.stringMatching(/not one this version of Tasker can use\.\n {2}- 0901_contract: .* breaking/),
      hint: 'Deploy a version of Tasker that knows these migrations, and stop all processes of older versions.',
    });
    expect(await again.exited()).toBe(1);

    const next = scene.worker('next', releases.contracted);
    expect(await Promise.all([old.stop(), next.boot()])).toEqual([0, null]);
    expect(await old.line(/could not be given back/)).toMatch(/others take them when the lease ends/);
    await scene.ended(tasks);
    expect(next.lines).toEqual([expect.stringMatching(/^Worker \d+ stopped renewing its lease; \d+ steps/)]);
  });
});

/** Gives work until each of them has ended a task. */
async function untilEachHasEnded(...names: string[]): Promise<void> {
  const seen = new Set<string | undefined>();
  while (names.some((name) => !seen.has(name))) for (const name of await scene.flow(100)) seen.add(name);
}
