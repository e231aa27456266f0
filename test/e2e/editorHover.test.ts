import assert from 'node:assert/strict';
import { assertNoBrokenFigures } from './panelText';
import { screenshotOnFailure } from './screenshotOnFailure';
import { sharedWorkbench } from './sharedWorkbench';
import type { Workbench } from './workbench';

/** A config, the length that is written in it, and what the hover there has to say: figures of the closed formulas. */
interface Case {
  readonly file: string;
  readonly field: string;
  readonly says: readonly RegExp[];
}

const longest = /The longest that fits is n = [\d,]+ tokens/;
const cases: readonly Case[] = [
  {
    file: 'llama-3.2-1b/config.json',
    field: '"max_position_embeddings": 131072',
    says: [
      /Inference fits\. Projected need: 13\.\d GiB of the 80\.0 GiB of NVIDIA H100 SXM 80GB \(planned\)\./,
      /Training does not fit\. Projected need: \d{3} GiB/,
      // 2 · 16 layers · 8 heads · 64 · 2 bytes.
      /KV cache: 4\.00 GiB at n = 131,072 tokens, 32\.0 KiB a token in bfloat16\./,
    ],
  },
  {
    file: 'mistral-7b/config.json',
    field: '"max_position_embeddings": 32768',
    // The window of 4,096 tokens is all that is kept.
    says: [/Inference fits\. Projected need: 1\d\.\d GiB of/, /KV cache: 512 MiB at n = 32,768 tokens/],
  },
  {
    file: 'axolotl/train.yaml',
    field: 'sequence_len: 8192',
    says: [
      /Training fits\. Projected need: \d\d\.\d GiB of the 80\.0 GiB/,
      /A training step takes at least [\d.]+ m?s \(roofline-projected/,
      /LoRA of rank 32, fused attention, recomputation: full/,
    ],
  },
  {
    file: 'torchtitan/train.toml',
    field: 'seq_len = 8_192',
    says: [
      /Training fits\. Projected need: \d\d\.\d GiB of the 80\.0 GiB of each of 8 devices/,
      /1\.00 GiB at n = 8,192 tokens, 128 KiB a token in bfloat16/,
    ],
  },
  {
    file: 'serve/vllm.yaml',
    field: 'max-model-len: 32768',
    says: [
      /Inference fits\. Projected need: 19\.\d GiB/,
      /KV cache: 1\.75 GiB at n = 32,768 tokens, 56\.0 KiB/,
    ],
  },
  {
    file: 'serve/serve.sh',
    field: '--max-model-len 16384',
    says: [
      /Inference fits\. Projected need: 17\.\d GiB/,
      /KV cache: 2\.00 GiB at n = 16,384 tokens, 128 KiB/,
    ],
  },
];

describe('hover in VS Code', function () {
  this.timeout(180_000);
  let vscode: Workbench;
  before(async () => {
    vscode = await sharedWorkbench();
    await vscode.useSettings({
      'headroom.plannedDevice': 'H100 SXM 80GB',
      'headroom.budgetSeconds': 5,
      'headroom.replacements': ['sliding-window'],
    });
  });
  after(() => vscode.useSettings({}));
  beforeEach(() => vscode.reset());
  screenshotOnFailure(() => vscode);

  /** Shows the hover at the caret by the keyboard. The device may be still on its way from the settings. */
  async function showHover(): Promise<void> {
    await vscode.deviceItem.filter({ hasText: 'H100' }).waitFor();
    await vscode.runCommand('Show or Focus Hover');
    await vscode.hover.getByText('Choose device').waitFor();
  }

  for (const { file, field, says } of cases) {
    it(`says what the length in ${file} costs`, async () => {
      await vscode.openAt(file, field);
      await showHover();
      const text = (await vscode.hover.innerText()).replaceAll('\u00a0', ' ');
      assertNoBrokenFigures(text);
      for (const each of [...says, longest, /Attention \(QKᵀ and PV\): [\d.]+ % of the [\d.]+ [TP]FLOP/]) {
        assert.match(text, each);
      }
      assert.match(
        text,
        /takes at least [\d.]+ (?:ms|s) \(roofline-projected, NVIDIA H100 SXM 80GB data sheet\)/,
      );
      const first = vscode.hover.locator('ul').first().locator('li');
      const count = await first.count();
      assert.ok(count >= 4 && count <= 5, `${String(count)} lines come first`);
      assert.equal(await vscode.hover.locator('hr').count(), 1, 'the details are set apart');
      for (const link of ['Profile here', 'Explain', 'Choose device']) {
        assert.equal(await vscode.hover.locator('a').filter({ hasText: link }).count(), 1, link);
      }
      await vscode.page.waitForTimeout(300); // It fades in.
      await vscode.screenshot(`hover-${file.replaceAll(/\W/g, '-')}`);
    });
  }

  it('starts a profile at the length that it is over', async () => {
    await vscode.openAt('twoLengths/config.json', '"model_max_length": 384');
    await showHover();
    await vscode.hover.locator('a').filter({ hasText: 'Profile here' }).click();
    await vscode.panelSays(/n\s=\s384/, 60_000);
    await vscode.panelSays('Profile complete', 90_000);
  });

  it('says nothing beside such a field, and nothing in a package.json', async () => {
    await vscode.openAt('llama-3.2-1b/config.json', '"hidden_act"');
    await vscode.deviceItem.waitFor();
    await vscode.runCommand('Show or Focus Hover');
    await vscode.page.waitForTimeout(1500);
    assert.equal(await vscode.hover.filter({ hasText: 'Choose device' }).count(), 0);
    await vscode.openAt('app/package.json', '"max_length": 4096');
    await vscode.runCommand('Show or Focus Hover');
    await vscode.page.waitForTimeout(1500);
    assert.equal(await vscode.hover.filter({ hasText: 'Choose device' }).count(), 0);
    assert.equal(await vscode.codeLenses.count(), 0);
    assert.equal(await vscode.deviceItem.count(), 0);
  });

  it('goes when its setting is turned off, and comes back with it', async () => {
    const on = {
      'headroom.plannedDevice': 'H100 SXM 80GB',
      'headroom.budgetSeconds': 5,
      'headroom.replacements': ['sliding-window'],
    };
    await vscode.openAt('llama-3.2-1b/config.json', '"max_position_embeddings"');
    // The lens goes with the same change of the settings: then it has arrived.
    await vscode.codeLenses.first().waitFor();
    await vscode.useSettings({ ...on, 'headroom.hover.enabled': false, 'headroom.codeLens.enabled': false });
    await vscode.codeLenses.first().waitFor({ state: 'detached' });
    await vscode.runCommand('Show or Focus Hover');
    await vscode.page.waitForTimeout(1500);
    assert.equal(await vscode.hover.filter({ hasText: 'Choose device' }).count(), 0);
    await vscode.useSettings(on);
    await vscode.codeLenses.first().waitFor();
    await showHover();
  });
});
