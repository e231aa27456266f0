import { access, constants, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { renderHtml, type HtmlAssets } from '../report/html';
import type { Report } from '../report/report';
import { InputError } from './inputError';

/**
 * Finds out before a run of minutes whether its page can be written to `path`.
 * @throws InputError where it cannot.
 */
export async function checkWritable(path: string): Promise<void> {
  const target = resolve(path);
  const existing = await stat(target).catch(() => undefined);
  if (existing?.isDirectory() === true) {
    throw new InputError(
      `"${path}" is a directory. Name a file for the page, such as "${join(path, 'report.html')}".`,
    );
  }
  const folder = dirname(target);
  await access(existing === undefined ? folder : target, constants.W_OK).catch(() => {
    throw new InputError(
      `The page cannot be written to "${path}": ${existing === undefined ? `the folder "${folder}"` : 'it'} does not ` +
        'exist or is read-only. Choose another place with --report PATH, or none with --no-report.',
    );
  });
}

/**
 * The panel's bundle in `folder`, to embed in a page.
 * @throws InputError where it was not built.
 */
export async function loadPageAssets(folder: string): Promise<HtmlAssets> {
  const load = (name: string): Promise<string> =>
    readFile(join(folder, name), 'utf8').catch(() => {
      throw new InputError(
        `"${join(folder, name)}" is missing, so no page can be made. Run npm run build, or use --no-report.`,
      );
    });
  const [script, panelStyles, pageStyles] = await Promise.all([
    load('panel.js'),
    load('panel.css'),
    load('standalone.css'),
  ]);
  return { script, styles: `${panelStyles}\n${pageStyles}` };
}

/** Writes the report as a self-contained page; returns its absolute path. */
export async function writePage(report: Report, path: string, assets: HtmlAssets): Promise<string> {
  const target = resolve(path);
  await writeFile(target, renderHtml(report, assets));
  return target;
}
