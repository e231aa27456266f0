/** Text parts of nests by their own `model_type`, and the model type that has their shape. */
export const nestTextTypes: ReadonlyMap<string, string> = new Map([
  ['qwen2_vl_text', 'qwen2'],
  ['qwen2_5_vl_text', 'qwen2'],
  ['qwen2_5_omni_text', 'qwen2'],
  ['qwen3_vl_text', 'qwen3'],
  ['qwen3_vl_moe_text', 'qwen3_moe'],
  ['qwen3_omni_moe_text', 'qwen3_moe'],
  // The same layers, their projections in more matrices.
  ['qwen3_5_moe_text', 'qwen3_next'],
  ['glm4v_text', 'glm4'],
  ['glm4v_moe_text', 'glm4_moe'],
]);
