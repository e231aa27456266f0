import { useTranslations, type Translations } from '../src/model/translations';

declare global {
  /** Set by the script of the user's language, `dist/panel.<language>.js`; absent in English. */
  var headroomTranslations: Translations | undefined;
}

// On import, so that it comes before the modules that make strings of theirs when they are loaded.
useTranslations(globalThis.headroomTranslations ?? {});
