export const SITE_TITLE = 'Star Charts';
export const SITE_DESCRIPTION = 'What is up tonight';
