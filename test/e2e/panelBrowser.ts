import assert from 'node:assert/strict';
import { accessSync, constants } from 'node:fs';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import type { Report } from '../../src/report/report';
import {
  buildPanel,
  launchChromium,
  openInHost,
  openStandalone,
  post,
  settle,
  type OpenPanel,
  type PanelAssets,
} from '../fixtures/panelPage';

const executable = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** The built panel in a browser, without an editor around it. */
export interface PanelBrowser {
  readonly assets: () => PanelAssets;
  /** Opens the panel as the editor does, with `report` in it. */
  readonly show: (report?: Report, context?: BrowserContextOptions) => Promise<Page>;
  /** Opens the exported page. */
  readonly showExported: (report: Report, context?: BrowserContextOptions) => Promise<Page>;
}

/**
 * Gives the tests of the `describe` around it a browser; skips them, saying so, where there is none. After each
 * test its pages are closed, and what went wrong in them (errors, violated policies) fails it.
 */
export function panelBrowser(): PanelBrowser {
  let assets: PanelAssets;
  let browser: Browser;
  let open: OpenPanel[] = [];

  before(async function () {
    if (!hasChromium()) {
      console.log(`    skipped: there is no Chromium at ${executable}; name one in CHROMIUM.`);
      this.skip();
    }
    assets = await buildPanel();
    browser = await launchChromium(executable);
  });

  afterEach(async () => {
    for (const { page } of open) await page.context().close();
    const problems = open.flatMap((each) => each.problems);
    open = [];
    assert.deepEqual(problems, []);
  });

  after(async () => {
    // Absent when the tests were skipped.
    await (browser as Browser | undefined)?.close();
  });

  return {
    assets: () => assets,
    async show(report, context) {
      const opened = await openInHost(browser, { assets, theme: 'dark', ...(context && { context }) });
      open.push(opened);
      if (report !== undefined) await post(opened.page, { type: 'report', report });
      return opened.page;
    },
    async showExported(report, context) {
      const opened = await openStandalone(browser, assets, report, context);
      open.push(opened);
      await settle(opened.page);
      return opened.page;
    },
  };
}

function hasChromium(): boolean {
  try {
    accessSync(executable, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
