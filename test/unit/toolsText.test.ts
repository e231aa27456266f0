import assert from 'node:assert/strict';
import { knownDevices } from '../../src/devices/deviceTable';
import { estimateText } from '../../src/extension/tools/estimateText';
import { profileText } from '../../src/extension/tools/profileText';
import { toolDevice } from '../../src/extension/tools/toolDevice';
import { declaredScenario } from '../../src/config/scenario';
import { fixture, readConfig } from '../fixtures/readFixture';
import { sampleRegimes } from '../fixtures/regimesSample';
import { report } from './cliReportFixture';

const GiB = 2 ** 30;

/** No figure of a text is one that could not be worked out. */
function assertFigures(text: string): void {
  assert.doesNotMatch(text, /NaN|undefined|Infinity|\[object|\{\d\}/);
}

describe('the text of headroom_estimate', () => {
  const model = readConfig('examples/llama-3.2-1b/config.json');
  const subject = {
    name: 'llama/config.json',
    model,
    scenario: declaredScenario(model, undefined),
    notes: [],
  };
  const h100 = toolDevice('H100 SXM 80GB', knownDevices()).target;

  it('has every figure with unit and conditions', () => {
    const text = estimateText({ ...subject, target: h100 });
    assertFigures(text);
    for (const expected of [
      /Estimate of llama\/config\.json: projected by closed formulas, nothing was run/,
      /Conditions: n = 131,072 tokens, batch 1, bfloat16/,
      /Training step with: adamw/,
      /Parameters: 1,235,814,400 \(1\.24 B\)/,
      /KV cache: 32\.0 KiB for one more token of one sequence; 4\.00 GiB at n = 131,072 tokens, batch 1/,
      /Peak memory of one device: inference \S+ GiB .*, training \S+ \S+iB/,
      /of which attention \(QKᵀ and PV\) \S+ %/,
      /Device: .*H100.*, 80\.0 GiB, planned for/,
      /Inference fits: .* needed at n = 131,072/,
      /The longest that fits is n = [\d,]+ tokens/,
      /Least time on .*H100.* \(projected, roofline\)/,
      /Prefill of the batch \| \S+ m?s \|/,
    ]) {
      assert.match(text, expected);
    }
  });

  it('says where no device, no memory or no rates are known', () => {
    assert.match(estimateText(subject), /No device is known/);
    const target = { name: 'this computer', memoryBytes: 0, how: 'detected' } as const;
    const text = estimateText({ ...subject, target });
    assertFigures(text);
    assert.match(text, /memory unknown, detected on this machine/);
    assert.match(text, /there is no verdict/);
    assert.match(text, /No projected time: the peak rates of this computer are not known/);
    assert.doesNotMatch(text, /roofline/);
  });

  it('says that nothing fits a device that is too small', () => {
    const target = { name: 'tiny', memoryBytes: GiB, how: 'planned' } as const;
    const text = estimateText({ ...subject, target });
    assert.match(text, /Inference does not fit: .* needed at n = 131,072/);
    assert.match(text, /No length fits: for one token already 2\.30 GiB of weights/);
  });

  it('tells no KV cache of an encoder, and twenty assumptions of many', () => {
    const assumptions = Array.from({ length: 25 }, (_, i) => `Assumption ${String(i)}.`);
    const encoder = fixture('bert-base');
    const scenario = declaredScenario(encoder, undefined);
    const text = estimateText({ ...subject, model: { ...encoder, assumptions }, scenario });
    assertFigures(text);
    assert.match(text, /KV cache: none/);
    assert.equal(text.match(/Assumed: /g)?.length, 20);
    assert.match(text, /And 5 more assumptions/);
  });
});

describe('the device of a tool', () => {
  const devices = knownDevices();

  it('is one with rates, or one of several of the same memory without', () => {
    const { target, note } = toolDevice('H100 SXM 80GB', devices);
    assert.equal(note, undefined);
    assert.ok(target.spec);
    const open = toolDevice('H100 80GB', devices);
    assert.equal(open.target.memoryBytes, 80 * GiB);
    assert.equal(open.target.spec, undefined);
    assert.match(open.note ?? '', /one device, whose rates are known: ".*H100.*", ".*H100/);
  });

  it('is refused with the names that would do', () => {
    assert.throws(() => toolDevice('A100', devices), /"device" may be one of several devices: "[^"]*A100/);
    assert.throws(
      () => toolDevice('a fast one', devices),
      /names no known device: "a fast one"\. Give one such as/,
    );
  });
});

describe('the text of headroom_profile', () => {
  const text = profileText(report);

  it('has the device, the dtype, the run and its notes', () => {
    assert.match(text, /Profile of tiny\/config\.json: n = 4,096 tokens, batch 1, bfloat16/);
    assert.match(text, /Device: cpu, Test CPU, 2 threads, 8\.00 GiB of memory; float32/);
    assert.match(text, /Run complete after 3\.21 s \(budget 3\.00 s\)/);
    assert.match(text, /n = 8192 was not run/);
  });

  it('has each median with its spread and verification, by mechanism and length', () => {
    assert.match(text, /Mechanism \| n \(tokens\) \| Median \(ms\) \| From \(ms\) \| To \(ms\)/);
    assert.match(
      text,
      /Dense attention \| 1,024 \| 4\.50 \| 4\.05 \| 5\.40 \| 95 % CI, 30 runs \| yes \| 1\.5e-7 \| 1\.00 MiB/,
    );
    assert.match(text, /Sliding window \| 1,024 \| 1\.50 \|/);
  });

  it('sets prefill beside decode, where both were measured', () => {
    assert.doesNotMatch(text, /Parallel or sequential/);
    const layerKinds = report.layerKinds.map((kind) => ({ ...kind, regimes: sampleRegimes() }));
    const both = profileText({ ...report, layerKinds });
    assert.match(both, /Parallel or sequential, measured: full_attention/);
    assert.match(both, /prefill \| blockwise 256 \| 1,024 \| 64\.0/);
    assert.match(both, /decode \| Dense attention \| 1,024 \| 1\.05/);
    assertFigures(both);
  });

  it('has no time where the output was wrong', () => {
    assert.match(text, /Dense attention \| 2,048 \| – \| – \| – \| – \| no \| – \| –/);
  });

  it('compares the replacements, and projects the memory of the whole model', () => {
    assert.match(text, /Replacements, ranked: full_attention/);
    assert.match(text, /Speed-up/);
    assert.match(text, /3\.00×/);
    assert.match(text, /Linformer was not run/);
    assert.match(text, /Inference fits: .* needed at n = 4,096, 8\.00 GiB on cpu \(Test CPU, 2 threads\)/);
    assertFigures(text);
  });
});
