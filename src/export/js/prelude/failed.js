const failed = (value) => value instanceof Error && value.name !== 'AbortError';
