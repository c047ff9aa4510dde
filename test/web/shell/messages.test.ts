import '../../support/web/browser-stand-in.ts';
import { dismissMessage, dismissSeenMessages, messages, showMessage } from '../../../web/shell/messages.ts';

function texts(): string[] {
  return messages.value.map(({ text }) => text);
}

afterEach(() => {
  messages.value = [];
});

test('a message stays when the next page opens, and leaves with that page', () => {
  showMessage('Deleted “A”');
  dismissSeenMessages();
  expect(texts()).toEqual(['Deleted “A”']);
  showMessage('Deleted “B”');
  dismissSeenMessages();
  expect(texts()).toEqual(['Deleted “B”']);
});

test('a message can be dismissed', () => {
  showMessage('Deleted “A”');
  showMessage('“B” was not deleted.', 'failed');
  const [first] = messages.value;
  if (first !== undefined) dismissMessage(first);
  expect(messages.value).toEqual([{ text: '“B” was not deleted.', kind: 'failed' }]);
});
