import { makeClip } from '../clips.ts';
import { type ChainServices, startChainServices } from './services.ts';
import { chainSteps } from './steps.ts';

export interface StartedChain {
  readonly services: ChainServices;
  readonly chain: ReturnType<typeof chainSteps>;
  /** Test video of two seconds, as long as the output that `chainSteps` writes. */
  readonly movie: Buffer;
}

/**
 * Starts the services of the chain for a test file and stops them at its end.
 *
 * @param onStart receives them before the first test
 */
export function useChain(onStart: (started: StartedChain) => void): void {
  let services: ChainServices | undefined;
  beforeAll(async () => {
    const [started, movie] = await Promise.all([startChainServices(), makeClip()]);
    services = started;
    onStart({ services, chain: chainSteps(services), movie });
  });
  afterAll(() => services?.close());
}
