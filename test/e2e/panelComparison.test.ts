import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { comparisonViews } from '../../src/comparison/comparisonViews';
import { post, posted, settle } from '../fixtures/panelPage';
import { sampleReport } from '../fixtures/sampleReport';
import { panelBrowser } from './panelBrowser';

/** Two saved profiles of one model, the second twice as long. */
function comparison() {
  const report = sampleReport();
  const { model, scenario } = report;
  const longer = { ...scenario, sequenceLength: scenario.sequenceLength * 2 };
  return {
    type: 'comparison',
    title: 'a ↔ b',
    uris: ['file:///a', 'file:///b'],
    choice: 'Compare',
    views: comparisonViews(
      { model, scenario, source: { name: 'a' }, report },
      { model, scenario: longer, source: { name: 'b' }, report },
    ),
  };
}

describe('comparison in a browser', function () {
  this.timeout(60_000);
  const { show } = panelBrowser();

  async function headings(page: Page): Promise<string[]> {
    return page.locator('h2:visible').allInnerTexts();
  }

  async function choose(page: Page, view: number): Promise<void> {
    await page.getByRole('combobox', { name: 'Compare' }).click();
    await page.locator('vscode-option:visible').nth(view).click();
    await settle(page);
  }

  it('shows the tables of one view, and of another once it is chosen', async () => {
    const page = await show();
    await post(page, comparison());
    assert.equal(await page.innerText('h1:visible'), 'a ↔ b');
    assert.deepEqual(await headings(page), ['Devices', 'Measured times: full_attention']);
    assert.match(await page.innerText('main:visible'), /overlap/);
    await choose(page, 1);
    assert.deepEqual(await headings(page), ['Figures, estimated by formula', 'Attention layers']);
  });

  it('keeps the two files and the view over a reload', async () => {
    const page = await show();
    await post(page, comparison());
    await choose(page, 2);
    await page.reload();
    await settle(page);
    assert.deepEqual((await posted(page)).at(-1), { type: 'ready' });
    await post(page, comparison());
    assert.match(await page.innerText('main:visible'), /a: n = 32,768 tokens/);
    assert.match(await page.innerText('main:visible'), /b: n = 32,768 tokens/);
  });

  it('shows a problem in place of it, and ignores what is no comparison', async () => {
    const page = await show();
    await post(page, { ...comparison(), views: [{ label: 'x', sections: [{ title: 1 }] }] });
    assert.match(await page.innerText('body'), /Waiting for the report/);
    await post(page, comparison());
    await post(page, { type: 'problem', problem: 'b is no longer there.' });
    assert.match(await page.innerText('body'), /b is no longer there/);
    assert.doesNotMatch(await page.innerText('body'), /Devices/);
  });

  it('scrolls its tables, not the page, where it is narrow', async () => {
    const page = await show(undefined, { viewport: { width: 320, height: 600 } });
    await post(page, comparison());
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    assert.equal(overflow, 0);
  });
});
