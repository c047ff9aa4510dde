import { createTrayUpload as make } from '../../support/web/tray-uploads.ts';
import { orderUploads } from '../../../web/uploads/upload-order.ts';

const [done, failed, sending] = [make('done', 'sent'), make('failed', 'failed'), make('sending', 'sending')];
const [rejected, waiting] = [make('rejected', 'sent', { status: 'rejected' }), make('waiting', 'waiting')];

test('lists active uploads first, then those with a problem, then the others', () => {
  const uploads = [done, failed, sending, rejected, waiting];
  expect(orderUploads(uploads, [], false)).toEqual([sending, waiting, failed, rejected, done]);
});

test('keeps uploads of a group in the order in which they were added', () => {
  const [first, second, third] = [make('c', 'sending'), make('a', 'sending'), make('b', 'sending')];
  expect(orderUploads([first, second, third], [third, second, first], false)).toEqual([first, second, third]);
});

test('moves nothing while the order is held: removed uploads close the gap, new ones follow at the end', () => {
  const shown = [done, failed, sending];
  expect(orderUploads([done, sending, waiting], shown, true)).toEqual([done, sending, waiting]);
  expect(orderUploads([done, sending, waiting], shown, false)).toEqual([sending, waiting, done]);
});
