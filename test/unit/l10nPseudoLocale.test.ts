import assert from 'node:assert/strict';
import { estimate } from '../../src/cost/estimateModel';
import { knownDevices } from '../../src/devices/deviceTable';
import { renderHtml } from '../../src/report/html';
import { passTimesSection } from '../../src/report/passTimesSection';
import { perDeviceSection } from '../../src/report/perDeviceSection';
import type { Report } from '../../src/report/report';
import { reportSections } from '../../src/report/reportSections';
import type { ReportSection } from '../../src/report/reportTable';
import { storedWeightsSection } from '../../src/report/storedWeightsSection';
import { sampleReport } from '../fixtures/sampleReport';
import { inPseudoLocale, untranslated } from '../fixtures/pseudoLocale';
import { report } from './cliReportFixture';

/** Every string in `value`, and what its functions make of short texts. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value === 'function') return textsIn(Reflect.apply(value, undefined, ['1', '2', '3', '4', '5']));
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** `texts` without what the report brings along: names, notes and reasons of the run, which was in its own language. */
function withoutTexts(texts: readonly string[], of: Report): string[] {
  const own = textsIn(of)
    .map((text) => text.replace(/\.$/, ''))
    .filter((text) => text.includes(' '))
    .sort((a, b) => b.length - a.length);
  return texts.map((text) => own.reduce((rest, known) => rest.replaceAll(known, ''), text));
}

async function check(show: () => unknown, of: Report = report): Promise<void> {
  const texts = await inPseudoLocale(() => textsIn(show()));
  assert.ok(texts.some((text) => text.includes('⟦')));
  assert.deepEqual(withoutTexts(texts, of).flatMap(untranslated), []);
}

/** The strings of the panel, which are made when they are imported, in the language of that moment. */
async function importStrings(): Promise<unknown> {
  for (const file of Object.keys(require.cache)) {
    if (/webview.(?:strings|methodText)/.test(file)) Reflect.deleteProperty(require.cache, file);
  }
  const [{ strings }, { methodText }] = [
    await import('../../webview/strings'),
    await import('../../webview/methodText'),
  ];
  return [strings, methodText];
}

describe('in another language', () => {
  it('every sentence of a report is translated, whatever came of the run', async () => {
    const states = ['running', 'cancelled', 'failed', 'complete'] as const;
    const sections = (of: Report): ReportSection[] =>
      states.flatMap((state) => reportSections({ ...of, run: { ...of.run, state } }));
    await check(() => sections(report));
    await check(() => sections(sampleReport()), sampleReport());
    const { device, ...unmeasured } = report;
    assert.ok(device);
    await check(() => sections({ ...unmeasured, layerKinds: [] }));
  });

  it('and so are the sections of the command line', async () => {
    const { model, scenario } = report;
    const parallelism = { data: 8, zeroStage: 3, tensor: 2, sequence: true, pipeline: 2 } as const;
    const [known] = knownDevices();
    assert.ok(known);
    await check(() => perDeviceSection(estimate(model, { ...scenario, parallelism })));
    await check(() =>
      passTimesSection(model, scenario, { ...known, source: 'x', name: 'x', note: 'sharedMemory' }),
    );
    await check(() =>
      storedWeightsSection(model, { file: 'model.safetensors', parameters: 1, bytes: 2, dtype: 'BF16' }),
    );
  });

  it('and all that the panel says', async () => {
    const texts = await inPseudoLocale(async () => textsIn(await importStrings()));
    await importStrings();
    assert.ok(texts.length > 300, String(texts.length));
    assert.deepEqual(texts.flatMap(untranslated), []);
    // Single words too, but for symbols, names of stages and what is made of figures alone.
    const plain = texts.filter((text) => !text.includes('⟦'));
    assert.deepEqual(
      plain.filter((text) => !/^(?:–|∞|Headroom|QKᵀ|softmax|PV|arXiv:1|[\d: ]+)$/.test(text)),
      [],
    );
  });

  it('what is not translated shows', () => {
    assert.deepEqual(untranslated('⟦n = ⟧4⟦ tokens⟧, on the device'), ['on the device']);
  });

  it('an exported page keeps the language that it was exported in', () => {
    const assets = { script: 'panel()', styles: '', language: 'zh-cn', translations: 'language()' };
    const page = renderHtml(report, assets);
    assert.match(page, /<html lang="zh-cn">/);
    assert.match(page, /language\(\)[\s\S]*panel\(\)/);
    assert.match(renderHtml(report, { script: 'panel()', styles: '' }), /<html lang="en">/);
  });
});
