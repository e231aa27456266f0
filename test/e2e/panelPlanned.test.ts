import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import { post, settle } from '../fixtures/panelPage';
import { sampleReport } from '../fixtures/sampleReport';
import { panelBrowser } from './panelBrowser';

describe('panel with a planned device, in a browser', function () {
  this.timeout(60_000);
  const { show, showExported } = panelBrowser();
  const report = sampleReport();
  const planned = { name: 'NVIDIA H200 SXM 141GB', memoryBytes: 141 * 2 ** 30 };

  async function verdicts(page: Page): Promise<string> {
    return page.locator('.verdicts').innerText();
  }

  async function limitOf(page: Page): Promise<string> {
    return page.locator('#memory .summary').innerText();
  }

  it('gives its verdicts on that device, and the times on the one that was measured', async () => {
    const page = await show(report);
    const timings = await page.locator('#timings').innerText();
    assert.match(await verdicts(page), /Training does not fit/);
    assert.match(
      await page.locator('#regimes').innerText(),
      /Smallest split that fits: for inference none is needed \(.* on one device\); for training .* over \d+ devices/,
    );
    await post(page, { type: 'report', report, planned });
    const text = await verdicts(page);
    assert.match(text, /Training fits/);
    assert.match(text, /Needs \S+\sGiB of the 141\sGiB of NVIDIA H200 SXM 141GB \(planned\): /);
    const meter = await page.locator('.verdicts progress').first().getAttribute('aria-label');
    assert.match(meter ?? '', /of the memory of NVIDIA H200 SXM 141GB \(planned\)$/);
    const facts = await page.locator('.header-facts').innerText();
    assert.match(facts, /Verdicts for\s+NVIDIA H200 SXM 141GB \(planned\)\s+141\sGiB of memory/);
    assert.match(facts, /Measured on\s+cpu: AMD EPYC 9R14/);
    assert.match(await limitOf(page), /fit into the 141\sGiB of NVIDIA H200 SXM 141GB \(planned\)\./);
    const split = await page.locator('#regimes').innerText();
    assert.match(split, /at most 141\sGiB, the memory of NVIDIA H200 SXM 141GB \(planned\)\./);
    assert.match(split, /No split is needed: one device holds inference/);
    await page.locator('[data-key="regimes-split-table"] summary').click();
    const splitTable = page.locator('[data-key="regimes-split-table"] table');
    assert.match(await splitTable.locator('thead').innerText(), /Fits the device/i);
    assert.match(await splitTable.locator('tbody tr').first().innerText(), /both$/);
    assert.equal(await page.locator('#timings').innerText(), timings);
    assert.match(await page.locator('#provenance').innerText(), /AMD EPYC 9R14/);
    await page.locator('#memory .fold summary').first().click();
    assert.match(await page.locator('#memory table').first().innerText(), /Fits the planned device/i);
  });

  it('bounds inference by what the profiled config lets its server take, on either device', async () => {
    const memoryShare = { of: 0.5, key: 'gpu_memory_utilization' };
    const served = { ...report, memoryShare };
    const page = await show(served);
    const [inference, training] = [page.locator('.verdict').first(), page.locator('.verdict').nth(1)];
    const share = /50\.0\s% of its memory, by gpu_memory_utilization/;
    assert.match(await inference.innerText(), /of the 15\.6\sGiB of AMD EPYC 9R14/);
    assert.match(await inference.innerText(), share);
    assert.doesNotMatch(await training.innerText(), share);
    assert.match(await limitOf(page), /fit into the 15\.6\sGiB of AMD EPYC 9R14/);
    await post(page, { type: 'report', report: served, planned });
    assert.match(
      await inference.innerText(),
      /of the 70\.5\sGiB of NVIDIA H200 SXM 141GB \(planned; 50\.0\s% of its memory, by gpu_memory_utilization\)/,
    );
    const meter = await inference.locator('progress').getAttribute('aria-label');
    assert.match(meter ?? '', /of the memory that the server may take$/);
    await page.getByRole('radio', { name: 'Training' }).click();
    await settle(page);
    assert.match(await limitOf(page), /the 141\sGiB of NVIDIA H200 SXM 141GB \(planned\)\./);
  });

  it('takes them back at once when it is no longer planned', async () => {
    const page = await show(report);
    const before = [await verdicts(page), await limitOf(page)];
    await post(page, { type: 'report', report, planned });
    assert.notEqual(await verdicts(page), before[0]);
    await post(page, { type: 'report', report });
    assert.deepEqual([await verdicts(page), await limitOf(page)], before);
    assert.doesNotMatch(await page.locator('body').innerText(), /planned/);
  });

  it('keeps it over a reload and a change of a control', async () => {
    const page = await show(report);
    await post(page, { type: 'report', report, planned });
    await page.getByRole('radio', { name: 'Training' }).click();
    await settle(page);
    await page.reload();
    await settle(page);
    assert.match(await verdicts(page), /H200 SXM 141GB \(planned\)/);
    assert.match(await limitOf(page), /Training: up to .* of NVIDIA H200 SXM 141GB \(planned\)\./);
  });

  it('never scrolls sideways for a long name', async () => {
    const page = await show(report, { viewport: { width: 320, height: 700 } });
    const name = 'Accelerators-of-the-third-rack-with-a-name-longer-than-the-page '.repeat(2).trim();
    await post(page, { type: 'report', report, planned: { ...planned, name } });
    const overflow = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    assert.equal(overflow, 0);
  });

  it('knows of none as an exported page', async () => {
    const page = await showExported(report);
    assert.match(await verdicts(page), /of 31\.3\sGiB/);
    assert.doesNotMatch(await page.locator('body').innerText(), /planned/);
  });
});
