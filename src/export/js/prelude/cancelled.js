const cancelled = (value) => value?.name === 'AbortError';
