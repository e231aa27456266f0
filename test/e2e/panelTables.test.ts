import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { MechanismResult, Report } from '../../src/report/report';
import { settle } from '../fixtures/panelPage';
import { sampleReport } from '../fixtures/sampleReport';
import { panelBrowser } from './panelBrowser';

/** Heights of rows in CSS pixels that leave nineteen of them under 4,000 px. */
const tallestRow = 200;

/** What a table is wider than the panel by, with the start of its text; none where all fit. */
const tooWide = `
  [...document.querySelectorAll('#replacements .scroll, #regimes .scroll')]
    .filter((box) => box.scrollWidth > box.clientWidth)
    .map((box) => [box.scrollWidth - box.clientWidth, box.innerText.slice(0, 60)])
`;

describe('tables of the panel in a browser', function () {
  this.timeout(60_000);
  const { show, showExported } = panelBrowser();

  async function unfold(page: Page): Promise<void> {
    await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true");
  }

  for (const width of [420, 830, 1000, 1280]) {
    it(`fit the panel at ${String(width)} px, folded or not`, async () => {
      const viewport = { width, height: 900 };
      for (const page of [
        await show(crowdedReport(), { viewport }),
        await showExported(crowdedReport(), { viewport }),
      ]) {
        assert.deepEqual(await page.evaluate(tooWide), []);
        await unfold(page);
        assert.deepEqual(await page.evaluate(tooWide), []);
      }
    });
  }

  it('have rows low enough to compare many', async () => {
    const page = await show(crowdedReport(), { viewport: { width: 1280, height: 900 } });
    const heights: readonly number[] = await page.evaluate(
      "[...document.querySelectorAll('.replacement')].map((row) => row.getBoundingClientRect().height)",
    );
    assert.ok(heights.length > 4);
    assert.ok(Math.max(...heights) <= tallestRow, heights.map(Math.round).join(' '));
  });

  it('say in each row at which n it was measured, and once what peak memory leaves out', async () => {
    const page = await show(sampleReport());
    const times = await page.locator('.replacement td.time').allInnerTexts();
    assert.equal(times.length, 3);
    for (const time of times) assert.match(time, /\n?at n\s=\s4,096/);
    const text = await page.locator('#replacements').innerText();
    assert.equal(text.match(/inputs and outputs not counted/g)?.length, 1);
    assert.equal(text.match(/float64 reference/g)?.length, 1);
  });

  it('set figures to the right, of one width each, and to the left in cards', async () => {
    const page = await show(sampleReport(), { viewport: { width: 1280, height: 900 } });
    const alignments = `
      [...new Set([...document.querySelectorAll('#replacements td.figure, #regimes td.figure')].map((cell) => {
        const { textAlign, fontVariantNumeric } = getComputedStyle(cell);
        return textAlign + ' ' + fontVariantNumeric;
      }))]
    `;
    assert.deepEqual(await page.evaluate(alignments), ['end tabular-nums']);
    await page.setViewportSize({ width: 420, height: 900 });
    const cards = `
      [...new Set([...document.querySelectorAll('td[data-column].figure')].map((cell) => getComputedStyle(cell).textAlign))]
    `;
    assert.deepEqual(await page.evaluate(cards), ['start']);
  });

  it('name the column of each cell where rows are cards, and stay tables for a screen reader', async () => {
    const page = await show(sampleReport(), { viewport: { width: 420, height: 900 } });
    const nameless = `
      [...document.querySelectorAll('#regimes .card-table td')].filter((cell) => !cell.dataset.column).length
    `;
    assert.equal(await page.evaluate(nameless), 0);
    const table = page.getByRole('table', { name: 'Prefill beside decode' });
    assert.equal(await table.getByRole('columnheader').count(), 8);
    assert.equal(await table.getByRole('rowheader').first().innerText(), 'Prefill: blockwise 256');
  });

  it('filter their rows by the keyboard, and say how many are left out', async () => {
    const page = await show(sampleReport());
    const rows = page.locator('.replacement');
    assert.equal(await rows.count(), 5);
    await page.getByRole('checkbox', { name: 'Config switch only' }).focus();
    await page.keyboard.press('Space');
    await settle(page);
    assert.equal(await rows.count(), 2);
    assert.equal(
      await page.locator('#replacements [role=status]').innerText(),
      'Left out by the filters: 3.',
    );
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Config switch only');
  });

  it('take the focus only where there is something to scroll', async () => {
    const page = await show(sampleReport(), { viewport: { width: 1280, height: 900 } });
    const box = page.getByRole('region', { name: 'Prefill beside decode' });
    assert.equal(await box.getAttribute('tabindex'), null);
    assert.equal(await box.getAttribute('aria-label'), 'Prefill beside decode');
    await page.evaluate("document.querySelector('#regimes .scroll > table').style.minWidth = '3000px'");
    await settle(page);
    assert.equal(await box.getAttribute('tabindex'), '0');
    assert.equal(await box.getAttribute('aria-label'), 'Prefill beside decode. Table, scrolls sideways');
  });
});

/** The sample report with what makes a row wide and tall: long names and keys, and all that a row may say. */
function crowdedReport(): Report {
  const report = sampleReport();
  return {
    ...report,
    layerKinds: report.layerKinds.map((kind) => ({
      ...kind,
      replacements: kind.replacements.flatMap((result) => [result, crowded(result)]),
    })),
  };
}

function crowded(result: MechanismResult): MechanismResult {
  const { comparison } = result;
  return {
    ...result,
    id: `${result.id}-crowded`,
    title: 'Multi-head Latent Attention (absorbed)',
    parameters: { latent: 512, rotary: 64, blockSize: 64, randomBlocks: 3 },
    onFront: true,
    modelPeakBytes: 40 * 2 ** 30,
    modelFits: false,
    ...(comparison && {
      comparison: { ...comparison, speedupOverNaive: 123, breakEvenBounds: { low: 12_345 } },
    }),
    adoption: {
      kind: 'config',
      edits: [{ path: ['text_config', 'use_bidirectional_sliding_window'], value: true }],
      needsRetraining: true,
      reason: 'The weights were trained to see every token.',
    },
  };
}
