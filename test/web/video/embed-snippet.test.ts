import { writeEmbedSnippet } from '../../../web/video/embed-snippet.ts';

const video = { id: 'id', title: 'A river', width: 1080, height: 1920, startSeconds: null };

test('escapes the title', () => {
  const snippet = writeEmbedSnippet('https://videos.example', { ...video, title: '"><script>alert(1)</script>' });
  expect(snippet).toContain('src="https://videos.example/embed/id"');
  expect(snippet).toContain('title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
});

test('keeps the aspect ratio of a portrait video', () => {
  expect(writeEmbedSnippet('https://videos.example', video)).toContain('aspect-ratio:1080/1920');
});
