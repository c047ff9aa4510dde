import type { VNode } from 'preact';
import { t } from '../texts/texts.ts';
import { NotFound } from './not-found.tsx';

export function NotFoundPage(): VNode {
  return <NotFound title={t.notFound.title} text={t.notFound.text} />;
}
