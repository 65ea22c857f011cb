function run(main) {
  const promise = main();
  started(promise);
  promise.catch((error) => {
    console.error(error);
    process.exit(1);
  });
}
