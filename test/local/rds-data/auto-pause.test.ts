import { AutoPause } from '../../../local/rds-data/auto-pause.ts';

let nowMs: number;
beforeEach(() => {
  nowMs = 0;
});

function makeCluster(pauseAfterMs: number | undefined): AutoPause {
  return new AutoPause({ pauseAfterMs, resumeMs: () => 15_000, nowMs: () => nowMs });
}

/** Notes a call at a time, and returns whether the cluster ran it. */
function callAt(cluster: AutoPause, ms: number, isBusy = false): boolean {
  nowMs = ms;
  return cluster.admit(isBusy);
}

test('an idle cluster pauses, and fails all calls until the first one has resumed it', () => {
  const cluster = makeCluster(300_000);
  expect([299_999, 599_998, 899_998, 899_999, 914_997, 914_998].map((ms) => callAt(cluster, ms))).toEqual([
    true,
    true,
    false,
    false,
    false,
    true,
  ]);
  expect(callAt(cluster, 1_214_997)).toBe(true);
});

test('an open transaction keeps a cluster from pausing', () => {
  const cluster = makeCluster(300_000);
  expect(callAt(cluster, 400_000, true)).toBe(true);
  expect(callAt(cluster, 700_000)).toBe(false);
});

test('a cluster with a minimum capacity above 0 never pauses', () => {
  expect(callAt(makeCluster(undefined), 1e12)).toBe(true);
});
