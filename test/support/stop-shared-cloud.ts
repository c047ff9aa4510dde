import { removeState } from './laptop-cloud.ts';

export default async function stopSharedCloud(): Promise<void> {
  const cloud = globalThis.sharedLaptopCloud;
  if (cloud === undefined) return;
  await cloud.stop();
  await removeState(cloud.stateDirectory);
}
