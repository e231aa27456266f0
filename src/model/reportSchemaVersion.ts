/** Changes whenever an older reader would misread a report. */
export const reportSchemaVersion = 3;
