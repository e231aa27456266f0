import * as l10n from '@vscode/l10n';

/** Papers that the formulas follow, with the section. The list of references is in `src/cost/README.md`. */
export const citations = {
  transformer: () => 'Vaswani et al. 2017, §3',
  attentionWeights: () =>
    l10n.t(
      'Vaswani et al. 2017, §3.2; Shazeer 2019 and Ainslie et al. 2023 for kv < a; DeepSeek-AI 2024, §2.1 for latents',
    ),
  mlp: () => l10n.t('Vaswani et al. 2017, §3.3; Shazeer 2020 where gated; Shazeer et al. 2017 for experts'),
  recurrence: () => l10n.t('Gu & Dao 2023, §3; Dao & Gu 2024 for Mamba-2'),
  norms: () => 'Ba et al. 2016; Zhang & Sennrich 2019',
  bert: () => 'Devlin et al. 2019, §3',
  patches: () => 'Dosovitskiy et al. 2021, §3.1',
  flops: () => l10n.t('Kaplan et al. 2020, §2.1 and Table 1, with the exact pairs in place of n²'),
  trainingFlops: () =>
    l10n.t(
      'Kaplan et al. 2020, §2.1; Korthikanti et al. 2022, §5 for recomputation; Hu et al. 2021 for adapters',
    ),
  kvCache: () => l10n.t('Shazeer 2019, §2; Ainslie et al. 2023; DeepSeek-AI 2024, §2.1 for latents'),
  prefillMemory: () =>
    l10n.t('the accounting of src/cost/README.md; Dao et al. 2022, §3.1 for fused attention'),
  naiveScores: () => 'Dao et al. 2022, §2.2',
  state: () => 'Rajbhandari et al. 2020, §3.1',
  adapters: () => 'Hu et al. 2021, §4.1',
  activations: () => l10n.t('Korthikanti et al. 2022, §4; Dao et al. 2022, §3.1 for fused attention'),
  recomputation: () => 'Korthikanti et al. 2022, §5',
  parallel: () =>
    l10n.t(
      'Shoeybi et al. 2019 (tensor); Narayanan et al. 2021 (pipeline); Rajbhandari et al. 2020 (ZeRO); Liu et al. 2023 and Jacobs et al. 2023 (context)',
    ),
  dtype: () => l10n.t('bytes of the number format, scales of a quantised format included'),
} as const;
