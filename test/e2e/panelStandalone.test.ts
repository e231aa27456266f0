import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { reportSchemaVersion } from '../../src/model/reportSchemaVersion';
import { formatBytes, formatInteger } from '../../src/model/units';
import type { MemoryUse } from '../../webview/controls';
import { verdict } from '../../webview/model/verdict';
import { post, posted, settle } from '../fixtures/panelPage';
import {
  cancelledReport,
  failedReport,
  runningReport,
  sampleReport,
  startingReport,
  twoKindReport,
  wrongFiguresReport,
} from '../fixtures/sampleReport';
import { panelBrowser } from './panelBrowser';

const largestScript = 600_000;

describe('panel in a browser', function () {
  this.timeout(60_000);
  const { assets, show, showExported } = panelBrowser();

  /** Text of the page with everything unfolded, and every label that a screen reader would say. */
  async function allText(page: Page): Promise<string> {
    await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true");
    return page.evaluate(`
      document.body.innerText + [...document.querySelectorAll('#app [aria-label], #app title')]
        .map((element) => element.getAttribute('aria-label') ?? element.textContent).join('\\n')
    `);
  }

  function assertClean(text: string): void {
    assert.doesNotMatch(text, /\b(NaN|undefined|Infinity|null)\b|\[object/);
    assert.doesNotMatch(text, /\b\d{7,} (B|bytes)\b/);
  }

  it('is small enough to open at once', () => {
    assert.ok(assets().script.length < largestScript, `${String(assets().script.length)} bytes`);
  });

  it('tells the editor that it is ready, once, and waits', async () => {
    const page = await show();
    assert.deepEqual(await posted(page), [{ type: 'ready' }]);
    assert.match(await page.innerText('body'), /Waiting for the report/);
  });

  it('shows what it cannot read as a sentence', async () => {
    const page = await show();
    await post(page, { type: 'report', report: { ...sampleReport(), schemaVersion: 9 } });
    assert.match(await page.innerText('body'), /schema version 9/);
    await post(page, { type: 'report', report: { schemaVersion: reportSchemaVersion } });
    assert.match(await page.innerText('body'), /not a Headroom report/);
  });

  const reports = {
    complete: sampleReport,
    'complete with two kinds of layer': twoKindReport,
    'complete with kernels that gave no numbers': wrongFiguresReport,
    starting: startingReport,
    running: runningReport,
    failed: failedReport,
    cancelled: cancelledReport,
  };
  for (const [name, build] of Object.entries(reports)) {
    it(`shows a run that is ${name} without a figure that is none`, async () => {
      const page = await show(build());
      assertClean(await allText(page));
    });
  }

  it('says so when a projection has no upper end', async () => {
    const page = await show(wrongFiguresReport());
    const tiles = await page.locator('#timings .tiles').innerText();
    assert.match(tiles, /Projected, band \d+ s to ∞/);
    assert.match(tiles, /\d min to ∞/);
  });

  it('names every axis and puts a table behind every chart', async () => {
    const page = await show(sampleReport());
    assert.equal(await page.locator('.plot canvas').count(), 3);
    const labels = await page.evaluate(
      "[...document.querySelectorAll('.plot')].map((plot) => plot.ariaLabel)",
    );
    assert.match(
      JSON.stringify(labels),
      /Time of one attention call over.*Estimated memory over.*Tokens per second of decode over/s,
    );
    assert.equal(await page.locator('figure').count(), 4);
    assert.equal(await page.locator('figure details table').count(), 4);
    await page.getByRole('tab', { name: 'Table' }).click();
    assert.equal(await page.locator('#timings .narrow-table tbody tr').count(), 32);
  });

  it('draws curves in the colours of the theme, and again when it changes', async () => {
    const page = await show(sampleReport());
    const before = await page.locator('.plot canvas').first().screenshot();
    await page.evaluate(`
      document.documentElement.style.setProperty('--vscode-charts-foreground', '#00ff00');
      document.body.className = 'vscode-light';
    `);
    await settle(page);
    assert.notDeepEqual(await page.locator('.plot canvas').first().screenshot(), before);
  });

  it('recomputes memory at once when a control changes', async () => {
    const page = await show(sampleReport());
    const summary = page.locator('#memory .summary');
    const inference = await summary.innerText();
    assert.equal(inference, expectedSummary('inference'));
    await page.getByRole('radio', { name: 'Training' }).click();
    await settle(page);
    const training = await summary.innerText();
    assert.equal(training, expectedSummary('training'));
    await choose(page, 'Recomputation', 'Full');
    const full = await summary.innerText();
    assert.notEqual(full, training);
    await choose(page, 'Dtype', 'float32');
    assert.notEqual(await summary.innerText(), full);
    const single = await summary.innerText();
    await page.getByRole('textbox', { name: 'Batch' }).fill('8');
    await settle(page);
    assert.notEqual(await summary.innerText(), single);
    await page.getByRole('textbox', { name: 'Batch' }).fill('0');
    await settle(page);
    assert.match(await page.locator('#memory').innerText(), /Whole number from 1 to 4,096/);
  });

  /** What the memory section says about the sample report, from the cost model. */
  function expectedSummary(use: MemoryUse): string {
    const report = sampleReport();
    const { bytes, longest } = verdict(report, use);
    assert.ok(typeof longest === 'number' && report.device);
    const nbsp = '\u00a0';
    const asked = formatInteger(report.scenario.sequenceLength);
    const name = use === 'training' ? 'Training' : 'Inference';
    return (
      `At n${nbsp}=${nbsp}${asked}: ${formatBytes(bytes)}. ` +
      `${name}: up to n${nbsp}=${nbsp}${formatInteger(longest)} tokens fit into ` +
      `${formatBytes(report.device.memoryBytes)}.`
    );
  }

  async function choose(page: Page, label: string, option: string): Promise<void> {
    await page.getByRole('combobox', { name: label }).click();
    await page.getByRole('option', { name: option }).click();
    await settle(page);
  }

  it('switches between kinds of layer', async () => {
    const page = await show(twoKindReport());
    await choose(page, 'Layer kind', 'sliding_attention (8 layers)');
    assert.match(await page.locator('#timings .lead').innerText(), /sliding_attention/);
    assert.match(await page.locator('#replacements').innerText(), /No replacement has been measured/);
  });

  it('sends what its buttons say', async () => {
    const page = await show(sampleReport());
    await page.getByRole('textbox', { name: /Sequence length/ }).fill('64K');
    await page.getByRole('button', { name: 'Profile at this length' }).click();
    await page.getByRole('button', { name: 'Apply Sliding window to the config' }).click();
    for (const name of ['Export HTML', 'Export JSON', 'Export Markdown', 'Open Config', 'Show Log']) {
      await page.getByRole('button', { name }).click();
    }
    assert.deepEqual((await posted(page)).slice(1), [
      { type: 'profileAt', sequenceLength: 65_536 },
      { type: 'apply', layerKind: 'full_attention', mechanism: 'sliding-window' },
      { type: 'export', format: 'html' },
      { type: 'export', format: 'json' },
      { type: 'export', format: 'markdown' },
      { type: 'openConfig' },
      { type: 'showLog' },
    ]);
  });

  it('does not send a length that is none, and says what to give', async () => {
    const page = await show(sampleReport());
    const field = page.getByRole('textbox', { name: /Sequence length/ });
    await field.fill('plenty');
    await field.press('Enter');
    assert.deepEqual(await posted(page), [{ type: 'ready' }]);
    assert.match(await page.locator('.length-form').innerText(), /from 1 to 16,777,216/);
  });

  it('shows progress with Cancel while running, and Retry when it failed or was cancelled', async () => {
    const page = await show(runningReport());
    assert.match(
      await page.locator('section.progress').innerText(),
      /Timing dense attention.*12\.4 s elapsed, budget 60\.0 s/s,
    );
    assert.equal(await page.locator('section.progress progress').getAttribute('value'), '34');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await post(page, { type: 'report', report: cancelledReport() });
    assert.equal(await page.getByRole('button', { name: 'Cancel' }).isVisible(), false);
    await page.getByRole('button', { name: 'Retry' }).click();
    await post(page, { type: 'report', report: failedReport() });
    assert.match(await page.getByRole('alert').first().innerText(), /Out of memory.*shorter length/s);
    await page.getByRole('button', { name: 'Retry' }).click();
    const types = (await posted(page)).map((message) => JSON.stringify(message));
    assert.deepEqual(types.slice(1), ['{"type":"cancel"}', '{"type":"retry"}', '{"type":"retry"}']);
    assert.match(await page.locator('#timings').innerText(), /41\.1 ms/);
  });

  it('keeps the focus on the button that takes the place of the pressed one', async () => {
    const page = await show(runningReport());
    const focused = () => page.evaluate('document.activeElement.textContent');
    await page.getByRole('button', { name: 'Cancel' }).focus();
    await page.keyboard.press('Enter');
    await post(page, { type: 'report', report: cancelledReport() });
    assert.equal(await focused(), 'Retry');
    await page.keyboard.press('Enter');
    await post(page, { type: 'report', report: runningReport() });
    assert.equal(await focused(), 'Cancel');
    await page.getByRole('textbox', { name: 'Batch' }).focus();
    await post(page, { type: 'report', report: cancelledReport() });
    assert.notEqual(await focused(), 'Retry');
  });

  it('says what is kept only where something is', async () => {
    const page = await show(failedReport());
    assert.match(await page.locator('.outcome').innerText(), /measured until then/);
    await post(page, { type: 'report', report: { ...failedReport(), layerKinds: [] } });
    assert.doesNotMatch(await page.locator('.outcome').innerText(), /measured until then/);
  });

  it('shows estimates without a run as an answer, not as a failure', async () => {
    const report = startingReport();
    assert.equal(report.device, undefined);
    const error = { kind: 'not-run', message: 'Not trusted.', mend: 'Trust it.' } as const;
    const page = await show({ ...report, run: { ...report.run, state: 'failed', error } });
    assert.equal(await page.getByRole('alert').count(), 0);
    const outcome = page.locator('.outcome > [role=status]');
    assert.match(await outcome.innerText(), /estimates only.*Not trusted\..*Trust it\./s);
    assert.match(await page.locator('.verdicts').innerText(), /Inference: fit unknown/);
    assert.equal(await page.getByRole('button', { name: 'Retry' }).isVisible(), true);
  });

  it('takes neither focus, text, scroll nor open details away while a run goes on', async () => {
    const page = await show(runningReport());
    await page.evaluate("document.querySelector('#memory details').open = true");
    const field = page.getByRole('textbox', { name: 'Batch' });
    await field.fill('3');
    await settle(page);
    await page.evaluate("document.activeElement.scrollIntoView({ block: 'center', behavior: 'instant' })");
    // Where the reader sees the field: what changes above it may move the page, not the view.
    const top = 'Math.round(document.activeElement.getBoundingClientRect().top)';
    const before = await atRest(page, top);
    for (const fraction of [0.5, 0.6, 0.7]) {
      const report = runningReport();
      await post(page, {
        type: 'report',
        report: { ...report, run: { ...report.run, fraction, step: 'Next' } },
      });
    }
    assert.equal(await atRest(page, top), before);
    await page.keyboard.type('2');
    assert.equal(await field.inputValue(), '32');
    assert.equal(await page.evaluate("document.querySelector('#memory details').open"), true);
    assert.match(await page.locator('#memory').innerText(), /batch 32/);
  });

  it('finds report and choices again after a reload, before the editor answers', async () => {
    const page = await show(sampleReport());
    await page.getByRole('tab', { name: 'Bars' }).click();
    await page.getByRole('radio', { name: 'Training' }).click();
    await settle(page);
    await page.reload();
    await settle(page);
    assert.match(await page.locator('#memory .summary').innerText(), /Training/);
    assert.equal(await page.getByRole('tab', { name: 'Bars' }).getAttribute('aria-selected'), 'true');
    assert.equal(await page.locator('.head-bars').isVisible(), true);
    assert.deepEqual(await posted(page), [{ type: 'ready' }]);
  });

  it('walks the heat map with arrow keys', async () => {
    const page = await show(sampleReport());
    const label = () => page.evaluate('document.activeElement.ariaLabel');
    await page.locator('.heat-cell').first().focus();
    assert.match(String(await label()), /Head 0, QKᵀ \(scores\): 2\.\d+ ms, measured/);
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown']) await page.keyboard.press(key);
    assert.match(String(await label()), /Head 1, PV/);
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowRight');
    assert.match(String(await label()), /Head 31, PV/);
    assert.match(await page.locator('.heat-frame .tooltip').innerText(), /Head 31/);
    assert.equal(await page.locator('.heat-cell[tabindex="0"]').count(), 1);
  });

  it('reaches tabs, choices and curves by keyboard alone', async () => {
    const page = await show(sampleReport());
    await page.getByRole('tab', { name: 'Heat map' }).focus();
    await page.keyboard.press('ArrowRight');
    await settle(page);
    assert.equal(await page.locator('.head-bars').isVisible(), true);
    const dtype = page.getByRole('combobox', { name: 'Dtype' });
    await dtype.focus();
    await page.keyboard.press('ArrowDown');
    await settle(page);
    assert.match(await page.locator('#memory').innerText(), /Estimated by formula: float16/);
    const curve = page.getByRole('button', { name: 'Show BigBird' });
    await curve.focus();
    await page.keyboard.press('Enter');
    await settle(page);
    assert.equal(await curve.getAttribute('aria-pressed'), 'false');
    assert.equal(await page.evaluate('document.activeElement.ariaLabel'), 'Show BigBird');
  });

  it('leaves every keyboard stop visible and named', async () => {
    const page = await show(sampleReport());
    const nameless = await page.evaluate(`
      [...document.querySelectorAll('#app [tabindex="0"], #app a[href], #app button, #app summary')]
        .filter((element) => element.checkVisibility())
        .filter((element) => !(element.ariaLabel || element.getAttribute('aria-labelledby') || element.textContent.trim()))
        .map((element) => element.outerHTML.slice(0, 120))
    `);
    assert.deepEqual(nameless, []);
  });

  for (const width of [400, 590]) {
    it(`never scrolls sideways at ${String(width)} px`, async () => {
      const viewport = { width, height: 800 };
      for (const page of [
        await show(twoKindReport(), { viewport }),
        await showExported(sampleReport(), { viewport }),
      ]) {
        for (const view of ['Heat map', 'Bars', 'Table']) {
          await page.getByRole('tab', { name: view }).click();
          await settle(page);
          await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true");
          assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width, view);
        }
      }
    });
  }

  it('fits the window again when it changes', async () => {
    const page = await show(sampleReport());
    await page.setViewportSize({ width: 500, height: 800 });
    await settle(page);
    await settle(page);
    const widths: readonly number[] = await page.evaluate(
      "[...document.querySelectorAll('.plot canvas')].map((canvas) => canvas.clientWidth)",
    );
    assert.equal(widths.length, 3);
    assert.ok(
      widths.every((width) => width > 300 && width < 500),
      String(widths),
    );
  });

  it('works as an exported page: same figures, nothing that needs an editor', async () => {
    const page = await showExported(sampleReport());
    const text = await allText(page);
    assertClean(text);
    assert.match(text, /2\.37 s/);
    for (const name of [/Profile at/, /^Apply/, /^Export/, /Open Config/, /Show Log/, /Retry/]) {
      assert.equal(await page.getByRole('button', { name }).count(), 0, String(name));
    }
    await page.getByRole('radio', { name: 'Training' }).click();
    await settle(page);
    assert.match(await page.locator('#memory .summary').innerText(), /Training/);
  });

  it('follows light, dark and forced colours as an exported page', async () => {
    const background = (page: Page) => page.evaluate('getComputedStyle(document.body).backgroundColor');
    const light = await background(await showExported(sampleReport(), { colorScheme: 'light' }));
    const darkPage = await showExported(sampleReport(), { colorScheme: 'dark' });
    const dark = await background(darkPage);
    assert.notEqual(light, dark);
    await darkPage.emulateMedia({ colorScheme: 'light' });
    await settle(darkPage);
    assert.equal(await background(darkPage), light);
    assert.equal(await darkPage.evaluate('document.body.className'), 'vscode-light');
    const forced = await showExported(sampleReport(), { forcedColors: 'active' });
    assert.match(String(await forced.evaluate('document.body.className')), /high-contrast/);
  });

  it('moves nothing where the reader wants no motion', async () => {
    const page = await show(runningReport(), { reducedMotion: 'reduce' });
    assert.equal(await page.evaluate('getComputedStyle(document.documentElement).scrollBehavior'), 'auto');
  });

  it('moves nothing where the editor is set so, whatever the system says', async () => {
    const page = await show(runningReport(), { reducedMotion: 'no-preference' });
    const scrolling = 'getComputedStyle(document.documentElement).scrollBehavior';
    assert.equal(await page.evaluate(scrolling), 'smooth');
    await page.evaluate("document.body.classList.add('vscode-reduce-motion')");
    assert.equal(await page.evaluate(scrolling), 'auto');
  });

  it('escapes what a config may contain', async () => {
    const report = sampleReport();
    const name = '<img src=x onerror=alert(1)></script><b>config.json';
    const page = await showExported({ ...report, source: { name } });
    assert.equal(await page.locator('h1').innerText(), name);
  });
});

/** The value of `expression` once it has stayed the same for half a second: charts are laid out late. */
async function atRest(page: Page, expression: string): Promise<unknown> {
  let value: unknown;
  let same = 0;
  while (same < 5) {
    const next: unknown = await page.evaluate(expression);
    same = next === value ? same + 1 : 0;
    value = next;
    await page.waitForTimeout(100);
  }
  return value;
}
