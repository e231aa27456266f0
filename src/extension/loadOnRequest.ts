import { translationsInUse } from '../model/translations';

export type OnRequest = typeof import('./onRequest');

let loading: Promise<OnRequest> | undefined;

/** What no start needs, loaded from its own bundle the first time, in the editor's language. */
export async function loadOnRequest(): Promise<OnRequest> {
  return (loading ??= load());
}

async function load(): Promise<OnRequest> {
  const onRequest = await import('./onRequest');
  onRequest.useTranslations(translationsInUse());
  return onRequest;
}
