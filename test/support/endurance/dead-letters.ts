import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { REDRIVE_QUEUES, type RedriveQueue } from '../../../lambdas/contracts/redrive.ts';
import { regionalArn } from '../../../local/cloud/account.ts';
import { Journal } from '../../../local/durable/journal.ts';
import { messageSchema } from '../../../local/sqs/message.ts';

/** Puts a dead letter of each queue into its dead-letter queue, in the state of a stopped laptop cloud. */
export async function putDeadLetters(stateDirectory: string, bodyFor: (queue: RedriveQueue) => object): Promise<void> {
  const directory = join(stateDirectory, 'queues');
  const names = readdirSync(directory).map((file) => file.replace(/\.journal$/, ''));
  const find = (part: string): string => {
    const [name, ...others] = names.filter((one) => one.includes(part));
    if (name === undefined || others.length > 0) throw new Error(`${part} does not name one of ${names.join(', ')}.`);
    return name;
  };
  for (const queue of REDRIVE_QUEUES) {
    const source = find(queue === 'transcode' ? 'transcodeuploadsqueue' : `${queue}workqueue`);
    const owner = queue === 'removal' || queue === 'withdrawal' ? queue : 'completion';
    const journal = await Journal.open(join(directory, `${find(`${owner}workdeadletters`)}.journal`), messageSchema);
    const now = Date.now();
    const id = randomUUID();
    const body = JSON.stringify(bodyFor(queue));
    const deadLetterSourceArn = regionalArn('sqs', source);
    const message = { id, body, attributes: {}, senderId: 'test', sentAt: now, visibleAt: now, receiveCount: 0 };
    await journal.set(id, { ...message, deadLetterSourceArn });
    await journal.close();
  }
}
