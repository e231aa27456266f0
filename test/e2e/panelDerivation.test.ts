import assert from 'node:assert/strict';
import { formatBytes } from '../../src/model/units';
import { sampleReport } from '../fixtures/sampleReport';
import { panelBrowser } from './panelBrowser';

describe('derivations in the panel', function () {
  this.timeout(60_000);
  const panel = panelBrowser();

  it('derive the KV cache: formula, numbers put in, and the keys of the config', async () => {
    const report = sampleReport();
    const page = await panel.show(report);
    await page.getByText('How a figure comes about').click();
    const text = await page.locator('.derivation').innerText();
    const { kvCache } = report.estimate.memory;
    assert.ok(text.includes(`KV cache: ${formatBytes(kvCache)}, by formula`), text);
    assert.match(text, /2 · L · b · e · kv · d · n/);
    assert.match(text, /2 · 16 · 1 · 2 · 8 · 64 · 32,768/);
    assert.match(text, /num_key_value_heads/);
    assert.match(text, /Shazeer/);
    await page.screenshot({ path: 'out/screenshots/derivation.png', fullPage: true });
  });

  it('follow the chosen figure and the controls, and keep both over a reload', async () => {
    const page = await panel.show(sampleReport());
    await page.getByText('How a figure comes about').click();
    await page.getByRole('textbox', { name: 'Batch' }).fill('4');
    assert.match(await page.locator('.derivation').innerText(), /2 · 16 · 4 · 2 · 8 · 64 · 32,768/);
    await page.getByRole('combobox', { name: 'Figure' }).click();
    await page.getByRole('option', { name: /\(parameters\.total\)/ }).click();
    assert.match(await page.locator('.derivation').innerText(), /1,235,814,400/);
    await page.reload();
    await page.getByText('How a figure comes about').click();
    assert.match(await page.locator('.derivation').innerText(), /1,235,814,400/);
  });

  it('are in the exported page too', async () => {
    const page = await panel.showExported(sampleReport());
    await page.getByText('How a figure comes about').click();
    assert.match(await page.locator('.derivation').innerText(), /num_key_value_heads/);
  });
});
