/** The type of the panel that compares two files, as the manifest's activation event names it. */
export const comparisonViewType = 'headroom.comparison';
