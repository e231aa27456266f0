/**
 * The kinds of the open editors, as VS Code in this page last kept them in its databases, in order. Runs in
 * the page, so it uses nothing from outside itself, and no named function within (the compiler would add a
 * helper that the page does not have).
 */
export async function keptEditors(): Promise<string[]> {
  const names = (await indexedDB.databases()).map(({ name }) => name ?? '');
  const texts = names
    .filter((name) => name.startsWith('vscode-web-state-db'))
    .map(
      (name) =>
        new Promise<string>((resolve) => {
          const opening = indexedDB.open(name);
          opening.onerror = () => {
            resolve('');
          };
          opening.onsuccess = () => {
            const database = opening.result;
            const reading = database
              .transaction('ItemTable', 'readonly')
              .objectStore('ItemTable')
              .get('memento/workbench.parts.editor');
            reading.onsuccess = () => {
              database.close();
              resolve(String(reading.result));
            };
          };
        }),
    );
  return (await Promise.all(texts)).flatMap((text) => text.match(/workbench\.editors\.\w+/g) ?? []);
}
