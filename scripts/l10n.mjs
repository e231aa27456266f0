// Strings for translation. `node scripts/l10n.mjs --check` compares what the sources show with the bundles in
// `l10n/`; `--missing` prints what has no translation yet, as JSON to be filled in.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const BUNDLE_NAME = /^bundle\.l10n\.([\w-]+)\.json$/;

/** What the panel shows by itself; all else arrives in its reports as finished text. */
const panelFolders = ['webview', 'src/comparison', 'src/cost', 'src/explain', 'src/model'];

/**
 * Every message given to `l10n.t` or `vscode.l10n.t` below `folders`, and what is wrong with the calls: a message
 * that is no literal, placeholders that do not fit the arguments, or a call outside any function in `src`, which
 * would be made before the translations are there.
 */
export function findMessages(folders = ['src', 'webview']) {
  const messages = new Set();
  const problems = [];
  for (const file of folders.flatMap(sourcesIn)) {
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
    const visit = (node) => {
      if (ts.isCallExpression(node) && isTranslation(node.expression)) {
        const problem = problemOf(node, file);
        const { line } = source.getLineAndCharacterOfPosition(node.getStart());
        if (problem === undefined) messages.add(node.arguments[0].text);
        else problems.push(`${file}:${String(line + 1)}: ${problem}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return { messages, problems };
}

/** The translations by language: `zh-cn`. */
export function readBundles(folder = 'l10n') {
  return new Map(
    readdirSync(folder).flatMap((name) => {
      const language = BUNDLE_NAME.exec(name)?.[1];
      return language === undefined ? [] : [[language, JSON.parse(readFileSync(join(folder, name), 'utf8'))]];
    }),
  );
}

/** Where `bundle` does not fit `messages`: not translated, not used any more, other placeholders. */
export function compareBundle(messages, bundle) {
  const translated = Object.keys(bundle);
  return {
    missing: [...messages].filter((message) => !(message in bundle)),
    unused: translated.filter((message) => !messages.has(message)),
    otherPlaceholders: translated.filter(
      (message) => placeholdersOf(message).join() !== placeholdersOf(bundle[message]).join(),
    ),
  };
}

/** The placeholders of a text, each once, in order. */
export function placeholdersOf(text) {
  return [...new Set([...text.matchAll(/\{(\d+)\}/g)].map(([, index]) => index))].sort();
}

/** Writes `dist/panel.<language>.js` for each bundle: a script that the panel loads before its own. */
export async function writePanelTranslations() {
  const { messages } = findMessages(panelFolders);
  await mkdir('dist', { recursive: true });
  for (const [language, bundle] of readBundles()) {
    const shown = Object.fromEntries(Object.entries(bundle).filter(([message]) => messages.has(message)));
    await writeFile(
      `dist/panel.${language}.js`,
      `globalThis.headroomTranslations=${JSON.stringify(shown)};\n`,
    );
  }
}

function sourcesIn(folder) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
    .sort();
}

function isTranslation(callee) {
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 't') return false;
  return isEditors(callee) || (ts.isIdentifier(callee.expression) && callee.expression.text === 'l10n');
}

/** `vscode.l10n.t`, whose translations are there before the extension is loaded. */
function isEditors({ expression }) {
  return ts.isPropertyAccessExpression(expression) && expression.name.text === 'l10n';
}

function problemOf(call, file) {
  const [message, ...values] = call.arguments;
  if (message === undefined || !ts.isStringLiteralLike(message)) return 'the message is no literal';
  const used = placeholdersOf(message.text);
  // How many values a spread stands for, TypeScript knows and this does not.
  if (!values.some(ts.isSpreadElement)) {
    if (values.some((_, index) => !used.includes(String(index)))) return 'an argument has no placeholder';
    if (used.length !== values.length) return 'a placeholder has no argument';
  }
  if (file.startsWith('src') && !isEditors(call.expression) && !isInFunction(call))
    return 'the message is chosen when the module is loaded, before the language is known';
  return undefined;
}

function isInFunction(node) {
  for (let outer = node.parent; outer !== undefined; outer = outer.parent) {
    if (ts.isFunctionLike(outer)) return true;
    // Evaluated with each instance.
    if (ts.isPropertyDeclaration(outer))
      return !outer.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword);
  }
  return false;
}

function check() {
  const { messages, problems } = findMessages();
  for (const [language, bundle] of readBundles()) {
    for (const [fault, keys] of Object.entries(compareBundle(messages, bundle)))
      problems.push(...keys.map((key) => `${language}, ${fault}: ${JSON.stringify(key)}`));
  }
  for (const problem of problems) console.error(problem);
  console.log(`${String(messages.size)} messages, ${String(problems.length)} problems`);
  if (problems.length > 0) process.exitCode = 1;
}

function printMissing() {
  const { messages } = findMessages();
  const missing = [...readBundles().values()].flatMap((bundle) => compareBundle(messages, bundle).missing);
  console.log(JSON.stringify(Object.fromEntries(missing.map((message) => [message, ''])), undefined, 2));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--missing')) printMissing();
  else check();
}
