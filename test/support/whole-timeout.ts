import { isHarsh } from './harsh.ts';

/**
 * These tests wait for encodes, which compete for the cores of the machine, and with AWS's unpleasant habits also for the
 * checks that find a job whose event was lost, at growing intervals.
 */
jest.setTimeout(isHarsh ? 900_000 : 300_000);
