export function findMessages(folders?: readonly string[]): {
  readonly messages: ReadonlySet<string>;
  readonly problems: readonly string[];
};
export function readBundles(folder?: string): ReadonlyMap<string, Readonly<Record<string, string>>>;
export function compareBundle(
  messages: ReadonlySet<string>,
  bundle: Readonly<Record<string, string>>,
): {
  readonly missing: readonly string[];
  readonly unused: readonly string[];
  readonly otherPlaceholders: readonly string[];
};
export function placeholdersOf(text: string): readonly string[];
export function writePanelTranslations(): Promise<void>;
