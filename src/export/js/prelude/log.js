function log(text) {
  console.log(`${(performance.now() / 1000).toFixed(3)}s ${text}`);
}
