/** Of a settled list: values and failures, all as values. */
const outcomes = (results) => results.map(({ status, value, reason }) => (status === 'fulfilled' ? value : reason));
