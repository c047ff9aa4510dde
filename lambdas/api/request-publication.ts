import type { CatalogDatabase } from '../../catalog/database.ts';
import { changePublication, findPublication } from '../../catalog/videos/publication.ts';
import type { PublicationMessage } from '../contracts/withdrawal-message.ts';
import type { SendToQueue } from '../runtime/queue-sender.ts';

export interface PublicationServices {
  readonly database: CatalogDatabase;
  readonly sendPublication: SendToQueue<PublicationMessage>;
}

/**
 * Withdraws a video, or publishes it again. The message alone suffices, so that a crash after it loses nothing; making the
 * change here too only refuses new signatures at once. A repeated request sends the message again until the objects and the
 * edge follow the change, and then costs nothing.
 *
 * @returns false if the video does not exist
 */
export async function requestPublication(
  { database, sendPublication }: PublicationServices,
  videoId: string,
  withdrawn: boolean,
): Promise<boolean> {
  const known = await findPublication(database, videoId);
  if (known === undefined) return false;
  // A video that was never withdrawn has nothing to publish.
  if (known.publication === 0 && !withdrawn) return true;
  if (known.withdrawn === withdrawn && known.isSettled) return true;
  // Of two concurrent requests for the same change both carry the same number.
  const publication = known.withdrawn === withdrawn ? known.publication : known.publication + 1;
  const change = { videoId, withdrawn, publication };
  await sendPublication({ type: 'publication', ...change });
  if (known.withdrawn !== withdrawn) await changePublication(database, change);
  return true;
}
